import { DefaultStackSynthesizer, PermissionsBoundary, type App, type IStackSynthesizer, type StackProps } from 'aws-cdk-lib';
import type { Domain } from '../core/domain';
import { predictionsTableName } from '../core/predictions';
import { quarantineTableName } from '../core/quarantine';
import { ConfigurationError } from './config/configuration-error';
import type { PipelineConfig } from './config/pipeline-config';
import { ruledByDomain } from './config/rules/domain-rules';
import { ConsumerStack } from './consumer/consumer-stack';
import { DeliveryStack } from './delivery/delivery-stack';
import { FoundationStack } from './foundation/foundation-stack';
import { IngestionStack } from './ingestion/ingestion-stack';
import { LakeStack } from './lake/lake-stack';
import { MonitoringStack } from './monitoring/monitoring-stack';
import { ScoringStack } from './scoring/scoring-stack';
import type { FoundedStackProps, PipelineStackProps } from './shared/pipeline-stack-props';
import type { RuntimeCode } from './shared/runtime-code';
import { TrainingStack } from './training/training-stack';

export interface PipelineProps {
  readonly config: PipelineConfig;
  readonly domain: Domain;
  /** Where the code lies that the stacks run. */
  readonly code: RuntimeCode;
}

/** The stacks of one pipeline: one stage, one domain. */
export interface Pipeline {
  readonly foundation: FoundationStack;
  readonly ingestion: IngestionStack;
  readonly lake: LakeStack;
  readonly delivery: DeliveryStack;
  readonly consumer: ConsumerStack;
  readonly training: TrainingStack;
  readonly scoring: ScoringStack;
  readonly monitoring: MonitoringStack;
}

/** A training job's name has at most 63 characters; `-<day>-<hour>-<hash>-<attempt>` after the prefix takes 27 of them. */
const maxPrefixLength = 63 - 27;

/**
 * What the names of a pipeline start with: `<app>-<stage>-<domain>`.
 * @throws ConfigurationError for a domain whose name, tables or columns cannot be names in AWS
 */
export function pipelinePrefix(config: PipelineConfig, domain: Domain): string {
  const prefix = `${config.appName}-${config.stage}-${domain.name}`;
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(domain.name) || prefix.length > maxPrefixLength) {
    const longest = maxPrefixLength - (prefix.length - domain.name.length);
    throw new ConfigurationError(
      '-c domain',
      domain.name,
      `lower-case letters, digits and single hyphens, at most ${longest} characters`,
    );
  }
  for (const [table, { columns }] of Object.entries(domain.tables)) {
    if (!/^[a-z][a-z0-9_]*$/.test(table) || [quarantineTableName, predictionsTableName].includes(table)) {
      throw new ConfigurationError(
        `tables of domain ${domain.name}`,
        table,
        `lower-case letters, digits and underscores, and not ${quarantineTableName} or ${predictionsTableName}`,
      );
    }
    for (const { name } of columns) {
      if (!/^[a-z][a-z0-9_]*$/.test(name)) {
        throw new ConfigurationError(`columns of table ${table}`, name, 'lower-case letters, digits and underscores');
      }
    }
  }
  return prefix;
}

/** Adds the pipeline's stacks to the app. @throws ConfigurationError before the first is built */
export function buildPipeline(app: App, { config, domain, code }: PipelineProps): Pipeline {
  const prefix = pipelinePrefix(config, domain);
  ruledByDomain(config, domain);
  const props = (description: string): PipelineStackProps => ({
    ...environment(config),
    ...boundary(config),
    synthesizer: new DefaultStackSynthesizer({ qualifier: config.bootstrapQualifier }) as IStackSynthesizer,
    tags: { application: config.appName, stage: config.stage, domain: domain.name, ...config.tags },
    config,
    domain,
    prefix,
    description,
  });
  // Deleting a stateful stack by mistake is stopped twice in production: by this, and by the removal policy of what is in it.
  const stateful = { terminationProtection: !config.mayDestroyData };

  const foundation = new FoundationStack(app, `${prefix}-foundation`, {
    ...props('What the other stacks stand on: network, keys, logs, notifications'),
    ...stateful,
  });
  const founded = (description: string): FoundedStackProps => ({ ...props(description), foundation });
  const ingestion = new IngestionStack(app, `${prefix}-ingestion`, {
    ...founded('The stream that records come in by'),
    ...stateful,
  });
  const lakeStack = new LakeStack(app, `${prefix}-lake`, { ...founded('The lake: bucket, key and catalogue'), ...stateful });
  const { lake } = lakeStack;
  const delivery = new DeliveryStack(app, `${prefix}-delivery`, {
    ...founded('From rows to files of the lake, and SQL over it'),
    lake,
    csvToRowsDirectory: code.csvToRows,
  });
  const consumer = new ConsumerStack(app, `${prefix}-consumer`, {
    ...founded('Reads the stream, validates, and delivers'),
    source: ingestion.source,
    tableDeliveries: delivery.tableDeliveries,
    quarantineDelivery: delivery.quarantineDelivery,
    imageDirectory: code.consumer,
  });
  const training = new TrainingStack(app, `${prefix}-training`, {
    ...founded('From the lake to a model'),
    lake,
    workgroup: delivery.workgroup,
    leaseTable: consumer.leaseTable,
    code,
  });
  const scoring = new ScoringStack(app, `${prefix}-scoring`, {
    ...founded('What the model in use says of new rows'),
    lake,
    workgroup: delivery.workgroup,
    leaseTable: consumer.leaseTable,
    models: training.models,
    code,
  });
  const monitoring = new MonitoringStack(app, `${prefix}-monitoring`, {
    ...founded('Whether it works, and who is told when not'),
    ingestion,
    delivery,
    consumer,
    training,
    scoring,
  });
  return { foundation, ingestion, lake: lakeStack, delivery, consumer, training, scoring, monitoring };
}

function environment({ account, region }: PipelineConfig): Pick<StackProps, 'env'> {
  return account === undefined || region === undefined ? {} : { env: { account, region } };
}

function boundary({ permissionsBoundary }: PipelineConfig): Pick<StackProps, 'permissionsBoundary'> {
  return permissionsBoundary === undefined ? {} : { permissionsBoundary: PermissionsBoundary.fromName(permissionsBoundary) };
}
