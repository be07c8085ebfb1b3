import { Template } from 'aws-cdk-lib/assertions';
import {
  finishScoringEnvironment,
  listRowsEnvironment,
  planScoringEnvironment,
  scoreRowsEnvironment,
} from '../../../core/environment';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { roleStatements } from '../policy';

const key = expect.stringMatching(/^\$\{LakeKey\w+Arn\}$/) as string;
const bucket = expect.stringMatching(/^\$\{LakeBucket\w+Arn\}$/) as string;
const objects = (pattern: string): string =>
  expect.stringMatching(new RegExp(`^\\$\\{LakeBucket\\w+Arn\\}/${pattern.replaceAll('*', '\\*')}$`)) as string;

describe('the scoring stack', () => {
  const { lake, scoring } = buildFixture();
  const variables = (id: string): Readonly<Record<string, unknown>> =>
    (onlyOne(scoring, 'AWS::Lambda::Function', id) as { Environment: { Variables: Record<string, unknown> } }).Environment
      .Variables;

  it.each([
    ['PlanScoringFunction', planScoringEnvironment],
    ['ListRowsFunction', listRowsEnvironment],
    ['ScoreRowsFunction', scoreRowsEnvironment],
    ['FinishScoringFunction', finishScoringEnvironment],
  ])('gives %s exactly the variables that it reads', (id, names) => {
    expect(Object.keys(variables(id)).sort()).toEqual(Object.values(names).sort());
  });

  it('lets the plan begin batches, and end none', () => {
    const { BeginBatches, FollowBatches, List, ReadLeases } = roleStatements(scoring, 'PlanScoringFunctionRole');
    expect(List).toEqual({ actions: ['s3:ListBucket'], resources: [bucket] });
    expect(ReadLeases?.actions).toEqual(['dynamodb:Scan']);
    expect(BeginBatches).toEqual({
      actions: ['s3:PutObject'],
      resources: [objects('scoring/batches/*/batch\\.json'), objects('scoring/start\\.json')],
    });
    expect(FollowBatches?.actions).toEqual(['s3:GetObject']);
  });

  it('lets the scores be written to the table of predictions, and nowhere else', () => {
    const statements = roleStatements(scoring, 'ScoreRowsFunctionRole');
    expect(statements['WritePredictions']).toEqual({ actions: ['s3:PutObject'], resources: [objects('tables/predictions/*')] });
    const writing = Object.values(statements).filter(({ actions }) => actions.includes('s3:PutObject'));
    expect(writing).toHaveLength(1);
    expect(statements['ReadModels']).toEqual({
      actions: ['s3:GetObject'],
      resources: [objects('models/iot-to-model-dev-fixture-*')],
    });
    expect(statements['UseKey']).toEqual({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] });
  });

  it('lets the workflow write rows of batches, and no training set', () => {
    const { Write } = roleStatements(scoring, 'WorkflowRole');
    expect(Write?.resources).toEqual([objects('athena-results/*'), objects('scoring/rows/*')]);
  });

  it('scores every hour, unless the configuration says otherwise', () => {
    expect(onlyOne(scoring, 'AWS::Scheduler::Schedule')).toMatchObject({
      Description: 'Scores new rows',
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
    });
    const daily = buildFixture({
      settings: { scoring: { scheduled: false, schedule: 'cron(0 3 * * ? *)', backfillHours: 48, memoryMiB: 3_008 } },
    }).scoring;
    expect(onlyOne(daily, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      State: 'DISABLED',
    });
    expect(onlyOne(daily, 'AWS::Lambda::Function', 'PlanScoringFunction')).toMatchObject({
      Environment: { Variables: { BACKFILL_HOURS: '48' } },
    });
    expect(onlyOne(daily, 'AWS::Lambda::Function', 'ScoreRowsFunction')).toMatchObject({ MemorySize: 3_008, Timeout: 900 });
  });

  it('keeps predictions in a table of the lake, and the rows that they are made from for a month', () => {
    const table = Object.values(propertiesOf(lake, 'AWS::Glue::Table'))
      .map(({ TableInput }) => TableInput as { Name: string; Parameters: object; StorageDescriptor: { Columns: object[] } })
      .find(({ Name }) => Name === 'predictions');
    expect(table?.StorageDescriptor.Columns).toMatchObject([
      { Name: 'device_id', Type: 'string' },
      { Name: 'sequence', Type: 'bigint' },
      { Name: 'event_time', Type: 'timestamp' },
      { Name: 'prediction', Type: 'double' },
      { Name: 'model', Type: 'string' },
      { Name: 'model_version', Type: 'int' },
      { Name: 'scored_at', Type: 'timestamp' },
    ]);
    expect(table?.Parameters).toMatchObject({ 'projection.enabled': 'true' });
    const { LifecycleConfiguration } = onlyOne(lake, 'AWS::S3::Bucket') as { LifecycleConfiguration: { Rules: object[] } };
    expect(LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ Id: 'rows-to-score', Prefix: 'scoring/rows/', ExpirationInDays: 30 }),
    );
  });

  it('lets readers of a governed lake query the predictions', () => {
    const { lake: governed } = buildFixture({
      settings: { lake: { lakeFormation: true, readers: ['arn:aws:iam::123456789012:role/analyst'] } },
    });
    expect(JSON.stringify(Template.fromStack(governed).findResources('AWS::LakeFormation::PrincipalPermissions'))).toMatch(
      /PredictionsTable/,
    );
  });

  it('matches its snapshot', () => {
    expect(masked(scoring)).toMatchSnapshot();
  });
});
