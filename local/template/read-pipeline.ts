import type { Assembly } from './assembly';
import { Evaluator, type Environment } from './evaluate';
import type { IgnoredResource, Pipeline } from './pipeline';
import { readDeliveryStream } from './read-delivery-stream';
import { readFunction, functionObstacle } from './read-function';
import { readDatabases, readWorkGroup } from './read-lake';
import { readModelPackageGroup, readRule, readTopic, ruleObstacle, targetObstacles, topicObstacle } from './read-messaging';
import { readService } from './read-service';
import { readSchedule, readStateMachine, scheduleObstacle } from './read-training';
import { readStreams, readTable } from './read-stream';
import { allResources, type TemplateResource } from './resource';

/** The type under which the CDK reports its own version; nothing runs on it. */
const metadataType = 'AWS::CDK::Metadata';

/** Types that are understood; a resource of any other type is listed in `Pipeline.ignored`. */
const types = {
  stream: ['AWS::Kinesis::Stream'],
  streamConsumer: ['AWS::Kinesis::StreamConsumer'],
  table: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  bucket: ['AWS::S3::Bucket'],
  database: ['AWS::Glue::Database'],
  glueTable: ['AWS::Glue::Table'],
  workGroup: ['AWS::Athena::WorkGroup'],
  deliveryStream: ['AWS::KinesisFirehose::DeliveryStream'],
  function: ['AWS::Lambda::Function'],
  service: ['AWS::ECS::Service'],
  taskDefinition: ['AWS::ECS::TaskDefinition'],
  scalableTarget: ['AWS::ApplicationAutoScaling::ScalableTarget'],
  stateMachine: ['AWS::StepFunctions::StateMachine'],
  schedule: ['AWS::Scheduler::Schedule'],
  topic: ['AWS::SNS::Topic'],
  modelPackageGroup: ['AWS::SageMaker::ModelPackageGroup'],
  eventRule: ['AWS::Events::Rule'],
} as const;

/**
 * What the assembly's templates ask of the local AWS: names, limits, columns, code and environment, every reference resolved.
 *
 * @param environment what the pseudo parameters stand for @default - us-east-1, account 000000000000, partition aws
 * @throws TemplateError that names stack, resource and property, when a value that is needed cannot be had here
 */
export function readPipeline(assembly: Assembly, environment: Partial<Environment> = {}): Pipeline {
  const resources = allResources(new Evaluator(assembly, environment));
  const ofType = (kind: keyof typeof types): TemplateResource[] =>
    resources.filter(({ type }) => (types[kind] as readonly string[]).includes(type));
  const glueTables = ofType('glueTable');
  const aroundServices = { taskDefinitions: ofType('taskDefinition'), scalableTargets: ofType('scalableTarget') };
  const functions = split(ofType('function'), functionObstacle);
  const callable = { functions: functions.usable.map(readFunction), stateMachines: ofType('stateMachine').map(readStateMachine) };
  const schedules = split(ofType('schedule'), (schedule) => scheduleObstacle(schedule, callable.stateMachines));
  const topics = split(ofType('topic'), topicObstacle);
  const rules = split(ofType('eventRule'), (rule) => ruleObstacle(rule, callable));
  const known: readonly string[] = [...Object.values(types).flat(), metadataType];
  /** What of a resource of a known type has no counterpart here. */
  const obstaclesOf = (resource: TemplateResource): readonly string[] =>
    rules.usable.includes(resource)
      ? targetObstacles(resource, callable)
      : [functions, schedules, topics, rules].flatMap(({ obstacles }) => obstacles.get(resource) ?? []);
  return {
    streams: readStreams(ofType('stream'), ofType('streamConsumer')),
    tables: ofType('table').map(readTable),
    buckets: ofType('bucket').map(({ name }) => ({ name })),
    databases: readDatabases(ofType('database'), glueTables),
    workGroups: ofType('workGroup').map(readWorkGroup),
    deliveryStreams: ofType('deliveryStream').map((stream) => readDeliveryStream(stream, glueTables)),
    functions: callable.functions,
    services: ofType('service').map((service) => readService(service, aroundServices)),
    stateMachines: callable.stateMachines,
    schedules: schedules.usable.map(readSchedule),
    topics: topics.usable.map(readTopic),
    modelPackageGroups: ofType('modelPackageGroup').map(readModelPackageGroup),
    eventRules: rules.usable.map((rule) => readRule(rule, callable)),
    ignored: resources.flatMap((resource) => {
      if (!known.includes(resource.type)) {
        return [describe(resource)];
      }
      return obstaclesOf(resource).map((reason) => ({ ...describe(resource), reason }));
    }),
  };
}

/** Parts the resources that can run here from those that cannot, each of these with its reason. */
function split(
  resources: readonly TemplateResource[],
  obstacle: (resource: TemplateResource) => string | undefined,
): { readonly usable: readonly TemplateResource[]; readonly obstacles: ReadonlyMap<TemplateResource, string> } {
  const obstacles = new Map(
    resources.flatMap((resource) => {
      const reason = obstacle(resource);
      return reason === undefined ? [] : [[resource, reason] as const];
    }),
  );
  return { usable: resources.filter((resource) => !obstacles.has(resource)), obstacles };
}

function describe({ type, stack, logicalId }: TemplateResource): IgnoredResource {
  return { type, stack: stack.name, logicalId };
}
