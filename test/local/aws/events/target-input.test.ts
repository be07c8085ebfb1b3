import { eventOf } from '../../../../local/aws/events/event';
import { InputError, targetInput, type InputSettings } from '../../../../local/aws/events/target-input';

const event = eventOf(
  {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Model Package State Change',
    resources: ['arn:one'],
    detail: { ModelPackageArn: 'arn:package', 'instance-id': 'i-7', version: 2, nested: { list: [1, 2] }, left: undefined },
  },
  { id: 'id-1', account: '000000000000', region: 'us-east-1', timeMs: Date.parse('2026-11-20T08:00:00.250Z') },
);
const inputOf = (settings: InputSettings): unknown => targetInput(settings)(event);
const transformed = (template: string, paths: Readonly<Record<string, string>>): unknown =>
  inputOf({ transformer: { template, paths } });

describe('the input of a target', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
  test('is the event, when the rule says nothing', () => {
    expect(inputOf({})).toEqual({
      version: '0',
      id: 'id-1',
      'detail-type': 'SageMaker Model Package State Change',
      source: 'aws.sagemaker',
      account: '000000000000',
      time: '2026-11-20T08:00:00Z',
      region: 'us-east-1',
      resources: ['arn:one'],
      detail: { ModelPackageArn: 'arn:package', 'instance-id': 'i-7', version: 2, nested: { list: [1, 2] } },
    });
  });

  test('is a constant, or a part of the event', () => {
    expect(inputOf({ constant: '{"a":[1]}' })).toEqual({ a: [1] });
    expect(inputOf({ path: '$.detail.nested' })).toEqual({ list: [1, 2] });
    expect(inputOf({ path: '$' })).toEqual(event);
    expect(inputOf({ path: '$.detail.absent' })).toBeNull();
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
  test('is made of a template', () => {
    const paths = {
      arn: '$.detail.ModelPackageArn',
      id: '$.detail.instance-id',
      n: '$.detail.version',
      nested: '$.detail.nested',
    };
    expect(transformed('{"arn":<arn>,"n":<n>,"all":[9,<nested>,true],"text":"package \\"<arn>\\" of <id>"}', paths)).toEqual({
      arn: 'arn:package',
      n: 2,
      all: [9, { list: [1, 2] }, true],
      text: 'package "arn:package" of i-7',
    });
    expect(transformed('"<id> is here"', paths)).toBe('i-7 is here');
  });

  test('cannot be made of an event that lacks what the template puts in', () => {
    expect(() => transformed('{"a":<a>}', { a: '$.detail.absent' })).toThrow('the target\'s input is no JSON: {"a":}');
    expect(transformed('{"a":"<a>"}', { a: '$.detail.absent' })).toEqual({ a: '' });
  });

  test.each<[InputSettings, string]>([
    [{ constant: 'text' }, 'no JSON: text'],
    [{ path: '$.resources[0]' }, 'the path $.resources[0] is not supported'],
    [{ transformer: { template: '{"a":<aws.events.rule-name>}', paths: {} } }, 'the variable <aws.events.rule-name>'],
  ])('is refused by name: %j', (settings, message) => {
    expect(() => targetInput(settings)).toThrow(InputError);
    expect(() => targetInput(settings)).toThrow(message);
  });
});
