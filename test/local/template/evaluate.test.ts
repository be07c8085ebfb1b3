import * as fc from 'fast-check';
import type { Template } from '../../../local/template/assembly';
import { Evaluator } from '../../../local/template/evaluate';
import { TemplateError } from '../../../local/template/template-error';
import { assemblyOf } from './assembly-fixture';

const template: Template = {
  Parameters: {
    Name: { Type: 'String', Default: 'n' },
    List: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Needed: { Type: 'String' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
  },
  Mappings: { Map: { 'us-east-1': { key: 'mapped' } } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Either: { 'Fn::Or': [{ Condition: 'No' }, { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': [1, '1'] }] }] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
  },
  Resources: {
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: { 'Fn::Sub': '${AWS::StackName}-telemetry' } } },
    Lake: { Type: 'AWS::S3::Bucket' },
    Odd: { Type: 'AWS::Odd::Thing' },
    Self: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::GetAtt': ['Self', 'TopicName'] } } },
  },
  Outputs: { Out: { Value: { Ref: 'Lake' } } },
};

const other: Template = {
  Resources: { Machine: { Type: 'AWS::StepFunctions::StateMachine' } },
  Outputs: { Arn: { Value: { Ref: 'Machine' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:arn' } } } },
};

const assembly = assemblyOf({ One: template, Other: other });

function evaluate(expression: unknown): unknown {
  const stack = assembly.stacks[0];
  return stack === undefined ? undefined : new Evaluator(assembly).evaluate(expression, { stack, path: 'Thing.Property' });
}

describe('evaluating a template', () => {
  test.each<[unknown, unknown]>([
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'Name' }, 'n'],
    [{ Ref: 'List' }, ['a', 'b']],
    [{ Ref: 'Stream' }, 'One-telemetry'],
    [{ Ref: 'Lake' }, 'one-lake'],
    [{ 'Fn::GetAtt': ['Stream', 'Arn'] }, 'arn:aws:kinesis:us-east-1:000000000000:stream/One-telemetry'],
    [{ 'Fn::GetAtt': 'Lake.Arn' }, 'arn:aws:s3:::one-lake'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Name' }, { 'Fn::Join': ['', ['x', 'y']] }]] }, 'a-n-xy'],
    [{ 'Fn::Join': [',', { 'Fn::Split': ['/', 'a/b'] }] }, 'a,b'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Lake', 'Arn'] }] }] }, 'aws'],
    [
      { 'Fn::Sub': '${Stream}/${Stream.Arn}/${!Literal}' },
      'One-telemetry/arn:aws:kinesis:us-east-1:000000000000:stream/One-telemetry/${Literal}',
    ],
    [{ 'Fn::Sub': ['${Own}-${Name}', { Own: { Ref: 'AWS::Partition' } }] }, 'aws-n'],
    [{ 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'key'] }, 'mapped'],
    [{ 'Fn::If': ['Either', 'then', { 'Fn::Unknown': 1 }] }, 'then'],
    [{ a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: [{ Ref: 'AWS::NoValue' }, 2] }, { b: [2] }],
    [
      { 'Fn::GetStackOutput': { StackName: 'Other', Region: { Ref: 'AWS::Region' }, OutputName: 'Arn' } },
      'arn:aws:states:us-east-1:000000000000:stateMachine:Other-Machine',
    ],
    [{ 'Fn::ImportValue': 'Other:arn' }, 'arn:aws:states:us-east-1:000000000000:stateMachine:Other-Machine'],
    [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'us-east-1a'],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Name' } } }, '{"a":"n"}'],
    [{ 'Fn::Length': { Ref: 'List' } }, 2],
  ])('%j is %j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test.each<[unknown, string, string]>([
    [{ 'Fn::Transform': {} }, 'NotSupported', 'intrinsic function Fn::Transform is not supported'],
    [{ 'Fn::GetAtt': ['Stream', 'Colour'] }, 'NotSupported', 'attribute Colour of Stream (AWS::Kinesis::Stream)'],
    [{ Ref: 'Odd' }, 'NotSupported', 'Ref of Odd (AWS::Odd::Thing)'],
    [{ Ref: 'Nothing' }, 'InvalidReference', 'Nothing is neither a resource nor a parameter'],
    [{ Ref: 'Needed' }, 'InvalidReference', 'parameter Needed has no default'],
    [{ Ref: 'BootstrapVersion' }, 'NotSupported', 'parameter BootstrapVersion, which is read from the SSM parameter store'],
    [{ Ref: 'Self' }, 'InvalidReference', 'refers to itself'],
    [{ 'Fn::If': ['Circle', 1, 2] }, 'InvalidReference', 'refers to itself'],
    [{ 'Fn::If': ['Missing', 1, 2] }, 'InvalidReference', 'condition Missing does not exist'],
    [{ 'Fn::ImportValue': 'gone' }, 'InvalidReference', 'no stack of the assembly exports gone'],
    [{ 'Fn::GetStackOutput': { StackName: 'Gone', OutputName: 'x' } }, 'InvalidReference', 'has no stack Gone'],
    [{ 'Fn::Select': [5, ['a']] }, 'InvalidReference', 'the list has no entry 5'],
    [{ 'Fn::Join': ['-'] }, 'InvalidProperty', 'expected a list of 2'],
    ['{{resolve:ssm:/x}}', 'NotSupported', 'dynamic reference {{resolve:ssm:/x}}'],
  ])('%j stops with %s: %s', (expression, code, message) => {
    expect(() => evaluate({ deep: [expression] })).toThrow(TemplateError);
    expect(() => evaluate({ deep: [expression] })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test('an error says where in the template it stands', () => {
    expect(() => evaluate({ deep: [{ 'Fn::Nope': 1 }] })).toThrow('One/Thing.Property.deep.0: intrinsic function Fn::Nope');
  });

  test('splitting and joining give the text back', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !text.includes('|') && !text.includes('{{resolve:'))), (parts) => {
        const text = parts.join('|');
        expect(evaluate({ 'Fn::Join': ['|', { 'Fn::Split': ['|', text] }] })).toBe(text);
      }),
    );
  });
});
