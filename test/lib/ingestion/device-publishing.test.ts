import { MessageProcessor } from '../../../consumer/pipeline/message-processor';
import { Rejection } from '../../../consumer/pipeline/rejection';
import type { Domain, OutgoingRecord } from '../../../core/domain';
import { domains } from '../../../domains';
import type { IngestionStack } from '../../../lib/ingestion/ingestion-stack';
import { onlyOne } from '../build-fixture';
import { readable } from '../policy';
import { rememberedDevices } from '../../consumer/pipeline/remembered-devices';
import { buildIngestion } from './build-ingestion';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** A connection to IoT Core. */
interface Connection {
  readonly thing: string;
  /** Whether its certificate is attached to that thing. */
  readonly attached: boolean;
}

/** What stands before the kind of a resource in the ARNs of this account and region. */
const ofThisAccount = 'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:';

/** What an IoT policy of the stack allows: https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html */
class Policy {
  readonly name: string;
  private readonly statements: readonly { actions: readonly string[]; resources: readonly string[]; needsThing: boolean }[];

  constructor(stack: IngestionStack, id: string) {
    const { PolicyName, PolicyDocument } = onlyOne(stack, 'AWS::IoT::Policy', `IotCoreProvisioning${id}`) as {
      PolicyName: string;
      PolicyDocument: { Statement: readonly Statement[] };
    };
    this.name = PolicyName;
    this.statements = PolicyDocument.Statement.map(({ Effect, Action, Resource, Condition }) => {
      expect(Effect).toBe('Allow');
      expect([undefined, { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } }]).toContainEqual(Condition);
      const arns = [Resource].flat().map(readable);
      expect(arns.filter((arn) => !arn.startsWith(ofThisAccount))).toEqual([]);
      const resources = arns.map((arn) => arn.replace(ofThisAccount, ''));
      return { actions: [Action].flat(), resources, needsThing: Condition !== undefined };
    });
  }

  /** @param resource what stands after the account in the ARN */
  allows(action: string, resource: string, { thing, attached }: Connection): boolean {
    return this.statements.some(
      ({ actions, resources, needsThing }) =>
        actions.includes(action) &&
        (attached || !needsThing) &&
        resources.some((pattern) => matches(pattern.replaceAll('${iot:Connection.Thing.ThingName}', thing), resource)),
    );
  }
}

/** `*` and `?` in the ARNs of policies. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(text);
}

/** The rule as IoT Core evaluates it: which messages it takes, and under which partition key it puts them on the stream. */
class Rule {
  readonly name: string;
  private readonly filter: readonly string[];
  private readonly level: number;

  constructor(stack: IngestionStack) {
    const { RuleName, TopicRulePayload } = onlyOne(stack, 'AWS::IoT::TopicRule') as {
      RuleName: string;
      TopicRulePayload: { Sql: string; Actions: readonly [{ Kinesis: { PartitionKey: string } }] };
    };
    // All columns and no condition: what is not JSON passes too.
    const [, filter = ''] = /^SELECT \* FROM '([^']+)'$/.exec(TopicRulePayload.Sql) ?? [];
    const [, level = ''] = /^\$\{topic\((\d+)\)\}$/.exec(TopicRulePayload.Actions[0].Kinesis.PartitionKey) ?? [];
    this.name = RuleName;
    this.filter = filter.split('/');
    this.level = Number(level);
  }

  /** @returns undefined for a topic that the rule does not take */
  partitionKey(topic: string): string | undefined {
    // Basic ingest: its three levels are not seen by topic(n), which counts from 1.
    const [, rule, rest = topic] = /^\$aws\/rules\/([^/]+)\/(.*)$/.exec(topic) ?? [];
    const levels = rest.split('/');
    const fits = levels.length === this.filter.length && this.filter.every((part, at) => part === '+' || part === levels[at]);
    return (rule === undefined || rule === this.name) && fits ? levels[this.level - 1] : undefined;
  }
}

const stack = buildIngestion();
const rule = new Rule(stack);
const devicePolicy = new Policy(stack, 'DevicePolicy');
const claimPolicy = new Policy(stack, 'ClaimPolicy');
const pump: Connection = { thing: 'pump-1', attached: true };

/** The topics of a device. */
const topicsOf = (device: string, domain = 'fixture', ruleName = rule.name): readonly string[] => {
  const topic = `dt/${domain}/${device}/telemetry`;
  return [topic, `$aws/rules/${ruleName}/${topic}`];
};

describe('the policy of a device', () => {
  it('lets it connect as its own thing only, and only with a certificate that is attached to it', () => {
    expect(devicePolicy.allows('iot:Connect', 'client/pump-1', pump)).toBe(true);
    expect(devicePolicy.allows('iot:Connect', 'client/pump-1', { ...pump, attached: false })).toBe(false);
    for (const other of ['pump-10', 'pump-2', 'pump-', '', '*']) {
      expect(devicePolicy.allows('iot:Connect', `client/${other}`, pump)).toBe(false);
    }
  });

  it.each(topicsOf('pump-1'))('lets it publish to %s, and the rule takes the message to be from it', (topic) => {
    expect(devicePolicy.allows('iot:Publish', `topic/${topic}`, pump)).toBe(true);
    expect(devicePolicy.allows('iot:Publish', `topic/${topic}`, { ...pump, attached: false })).toBe(false);
    expect(rule.partitionKey(topic)).toBe('pump-1');
  });

  it.each([
    ...topicsOf('pump-2'),
    ...topicsOf('pump-1', 'other'),
    ...topicsOf('pump-1/telemetry/pump-2'),
    ...topicsOf('pump-1').map((topic) => `${topic}/more`),
    `$aws/rules/other_rule/dt/fixture/pump-1/telemetry`,
    `$aws/rules/${rule.name}/x/y/pump-1`,
    '$aws/things/pump-1/shadow/update',
  ])('does not let it publish to %s', (topic) => {
    expect(devicePolicy.allows('iot:Publish', `topic/${topic}`, pump)).toBe(false);
  });

  it.each(['iot:Subscribe', 'iot:Receive', 'iot:RetainPublish', 'iot:GetThingShadow'])('does not let it do %s', (action) => {
    for (const resource of [
      ...topicsOf('pump-1').flatMap((topic) => [`topic/${topic}`, `topicfilter/${topic}`]),
      'thing/pump-1',
    ]) {
      expect(devicePolicy.allows(action, resource, pump)).toBe(false);
    }
  });

  it('is not longer than IoT Core takes: 2,048 characters', () => {
    const { PolicyDocument } = onlyOne(stack, 'AWS::IoT::Policy', 'IotCoreProvisioningDevicePolicy');
    const written = JSON.stringify(PolicyDocument, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && 'Fn::Join' in value ? readable(value) : value,
    );
    expect(written).toContain('arn:');
    expect(written.length).toBeLessThan(2_048 - 200);
  });
});

describe('provisioning', () => {
  const template = onlyOne(stack, 'AWS::IoT::ProvisioningTemplate') as { TemplateBody: string; ProvisioningRoleArn: unknown };
  const body = JSON.parse(template.TemplateBody) as {
    Parameters: object;
    Resources: Record<'thing' | 'certificate' | 'policy', { Properties: object; OverrideSettings?: object }>;
    DeviceConfiguration: Record<string, { 'Fn::Join': [string, (string | { Ref: string })[]] }>;
  };

  it('makes a thing of the name that the device gives, held to the device policy', () => {
    expect(Object.keys(body.Parameters)).toContain('DeviceId');
    expect(body.Resources.thing.Properties).toMatchObject({ ThingName: { Ref: 'DeviceId' } });
    expect(body.Resources.policy.Properties).toEqual({ PolicyName: devicePolicy.name });
    expect(template).toMatchObject({ Enabled: true, TemplateType: 'FLEET_PROVISIONING' });
  });

  it('refuses a name that is taken, so that a claim cannot stand in for a device that exists', () => {
    expect(body.Resources.thing.OverrideSettings).toEqual({
      AttributePayload: 'FAIL',
      ThingTypeName: 'FAIL',
      ThingGroups: 'FAIL',
    });
  });

  it('tells the device the topics that its policy lets it publish to', () => {
    const told = Object.values(body.DeviceConfiguration).map(({ 'Fn::Join': [separator, parts] }) =>
      parts.map((part) => (typeof part === 'string' ? part : part.Ref.replace('DeviceId', 'pump-1'))).join(separator),
    );
    expect(told).toEqual(topicsOf('pump-1'));
  });

  it('asks nobody unless a hook is named, which IoT Core may then call', () => {
    expect(template).not.toHaveProperty('PreProvisioningHook');
    const hook = 'arn:aws:lambda:eu-west-1:123456789012:function:may-join';
    const hooked = buildIngestion({ ingestion: { provisioningHookArn: hook } });
    expect(onlyOne(hooked, 'AWS::IoT::ProvisioningTemplate')).toMatchObject({
      PreProvisioningHook: { TargetArn: hook, PayloadVersion: '2020-04-01' },
    });
    const permission = onlyOne(hooked, 'AWS::Lambda::Permission');
    expect(permission).toMatchObject({
      FunctionName: hook,
      Principal: 'iot.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    expect(readable(permission['SourceArn'])).toBe(
      'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:provisioningtemplate/*',
    );
  });

  it('gives a claim the way to become a device, and nothing of what a device may do', () => {
    const claim: Connection = { thing: '', attached: false };
    const [templateName] = /\$\{IotCoreProvisioningTemplate\w+\}/.exec(
      JSON.stringify(onlyOne(stack, 'AWS::IoT::Policy', 'IotCoreProvisioningClaimPolicy')).replace(/\{"Ref":"(\w+)"\}/g, '${$1}'),
    ) ?? [''];
    expect(claimPolicy.allows('iot:Connect', 'client/claim-4711', claim)).toBe(true);
    expect(claimPolicy.allows('iot:Connect', 'client/pump-1', claim)).toBe(false);
    const topics = ['$aws/certificates/create-from-csr/json', `$aws/provisioning-templates/${templateName}/provision/json`];
    for (const topic of topics) {
      expect(claimPolicy.allows('iot:Publish', `topic/${topic}`, claim)).toBe(true);
      expect(claimPolicy.allows('iot:Subscribe', `topicfilter/${topic}/accepted`, claim)).toBe(true);
      expect(claimPolicy.allows('iot:Receive', `topic/${topic}/rejected`, claim)).toBe(true);
    }
    for (const topic of [
      ...topicsOf('pump-1'),
      '$aws/certificates/create/json',
      '$aws/provisioning-templates/other/provision/json',
    ]) {
      expect(claimPolicy.allows('iot:Publish', `topic/${topic}`, claim)).toBe(false);
    }
  });
});

describe.each(Object.values(domains).map((domain) => ({ name: domain.name, domain })))(
  'what the fleet of $name sends',
  ({ domain }) => {
    const stack = buildIngestion({}, domain);
    const rule = new Rule(stack);
    const policy = new Policy(stack, 'DevicePolicy');
    const arrivalTimeMs = Date.UTC(2026, 10, 20);
    const records = recordsOf(domain, arrivalTimeMs);

    /** What becomes of each record, when it is published by MQTT and `rewrite` is what the rule makes of its payload. */
    function outcomes(rewrite: (data: Uint8Array) => Uint8Array): string[] {
      const messages = new MessageProcessor(domain);
      const devices = rememberedDevices();
      return records.map(({ partitionKey: device, data }, index) => {
        const [topic = '', basicIngest = ''] = topicsOf(device, domain.name, rule.name);
        const published = index % 2 === 0 ? topic : basicIngest;
        const partitionKey = rule.partitionKey(published) ?? '';
        const arrival = { shardId: 'shardId-000000000000', sequenceNumber: String(index), subSequenceNumber: 0, arrivalTimeMs };
        const outcome = messages.handle({ data: rewrite(data), partitionKey, ...arrival }, devices);
        return outcome instanceof Rejection ? outcome.reason : typeof outcome === 'string' ? outcome : 'delivered';
      });
    }

    it('comes from devices whose ids can be names of things', () => {
      // https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
      expect(records.filter(({ partitionKey }) => !/^[a-zA-Z0-9:_-]{1,128}$/.test(partitionKey))).toEqual([]);
      expect(records.length).toBeGreaterThan(10);
    });

    it('comes by topics that each device may publish to', () => {
      for (const thing of new Set(records.map(({ partitionKey }) => partitionKey))) {
        for (const topic of topicsOf(thing, domain.name, rule.name)) {
          expect(policy.allows('iot:Publish', `topic/${topic}`, { thing, attached: true })).toBe(true);
        }
      }
    });

    it('becomes by way of the rule what it would become without it', () => {
      const expected = records.map(({ expected }) => expected ?? 'delivered');
      expect(outcomes((data) => data)).toEqual(expected);
      // Whether IoT Core hands JSON on byte for byte or writes it anew is not documented, so neither may matter.
      const verdict = (outcome: string): string => (['delivered', 'duplicate'].includes(outcome) ? outcome : 'quarantined');
      expect(outcomes(writtenAnew).map(verdict)).toEqual(expected.map(verdict));
    });
  },
);

/** JSON as a parser and a writer leave it; what is not JSON as it is. */
function writtenAnew(data: Uint8Array): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))));
  } catch {
    return data;
  }
}

/** The simulator's, or lines of a C-MAPSS file. */
function recordsOf(domain: Domain, endTime: number): readonly OutgoingRecord[] {
  if (domain.simulator !== undefined) {
    return [...domain.simulator.simulate({ devices: 20, records: 1_500, seed: 7, endTime })];
  }
  const sensors = Array.from({ length: 21 }, (_, index) => (index === 15 ? 0.03 : index === 9 ? 1.3 : 10 + index)).join(' ');
  const file = domain.reader.open('train_FD001.txt');
  const lines = Array.from({ length: 20 }, (_, index) => `7 ${index + 1} 0.001 0.0002 100 ${sensors}`);
  return [...lines.flatMap((line) => file.record(line)), ...(file.end?.() ?? [])];
}
