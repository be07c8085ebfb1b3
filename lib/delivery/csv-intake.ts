import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { csvToRowsEnvironment } from '../../core/environment';
import type { EnvironmentOf } from '../shared/environment-of';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import { WaitedFunction } from '../shared/waited-function';
import type { LakeDelivery } from './lake-delivery';

export interface CsvIntakeProps extends Pick<FoundedStackProps, 'config' | 'domain' | 'foundation'> {
  /** The table that the lines are rows of. */
  readonly table: string;
  /** Where lines go that are no rows. */
  readonly quarantine: LakeDelivery;
  /** Folder with `index.js`, which exports `handler`. */
  readonly codeDirectory: string;
}

/**
 * The function by which a table's delivery stream takes CSV lines beside the consumer's rows: see `lambda/csv-to-rows`. Firehose
 * calls it and waits; it may put bad lines on the delivery stream of the quarantine, and nothing else.
 */
export class CsvIntake extends WaitedFunction {
  constructor(scope: Construct, id: string, { domain, table, quarantine, ...props }: CsvIntakeProps) {
    const environment: EnvironmentOf<typeof csvToRowsEnvironment> = {
      DOMAIN: domain.name,
      TABLE: table,
      QUARANTINE_STREAM: quarantine.deliveryStreamName,
    };
    super(scope, id, {
      ...props,
      description: `Turns CSV lines into rows of the table ${table}`,
      environment,
      permissions: [
        new PolicyStatement({
          sid: 'Quarantine',
          actions: ['firehose:PutRecordBatch'],
          resources: [quarantine.deliveryStreamArn],
        }),
      ],
      // A megabyte of lines takes a fraction of a second; the rest is for a quarantine that is slow to accept. Firehose waits 5 minutes.
      timeout: Duration.minutes(1),
    });
  }
}
