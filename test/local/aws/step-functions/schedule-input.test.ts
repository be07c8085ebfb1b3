import { scheduleInput } from '../../../../local/aws/step-functions/schedule-input';

const context = {
  scheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/train',
  scheduledTime: new Date('2026-01-02T03:04:05.678Z'),
  executionId: 'd32c5kddcf5bb8c3',
};

test('context attributes are replaced wherever they stand', () => {
  const input =
    '{"at":"<aws.scheduler.scheduled-time>","by":["<aws.scheduler.schedule-arn>"],"name":"run-<aws.scheduler.execution-id>-<aws.scheduler.attempt-number>"}';
  expect(scheduleInput(input, context)).toEqual({
    at: '2026-01-02T03:04:05Z',
    by: [context.scheduleArn],
    name: 'run-d32c5kddcf5bb8c3-1',
  });
});

test('an attribute that does not exist is named', () => {
  expect(() => scheduleInput('{"x":"<aws.scheduler.colour>"}', context)).toThrow('<aws.scheduler.colour>');
});
