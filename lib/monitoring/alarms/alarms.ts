import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmId, type AlarmDefinition } from './alarm-definition';

export interface AlarmsProps {
  readonly definitions: readonly AlarmDefinition[];
  /** What their names start with. */
  readonly prefix: string;
  /** Where the runbook is read: a file of the repository, or its address. */
  readonly runbookUrl: string;
  /** Hears of every alarm, and when it is over. */
  readonly notifications: ITopic;
  /** Hears of pages, too. */
  readonly pages: ITopic | undefined;
}

const missingData = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
} as const;

/** The alarms of the table. Each says in its description how bad it is, what is so, and where the runbook tells what to do. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { definitions, prefix, runbookUrl, notifications, pages }: AlarmsProps) {
    super(scope, id);
    this.all = definitions.map((definition) => {
      const { kind, severity, says, metric, when, holding, missing, event = false } = definition;
      const { period, ...periods } = holding;
      const alarm = new Alarm(this, alarmId(definition), {
        // A name of its own, since it is the subject of the mail.
        alarmName: `${prefix}-${alarmId(definition)}`,
        alarmDescription: `${severity.toUpperCase()}: ${says} ${runbookUrl}#${kind}`,
        metric: metric.with({ period }),
        ...('above' in when
          ? { threshold: when.above, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD }
          : { threshold: when.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }),
        ...periods,
        treatMissingData: missingData[missing],
      });
      const topics = severity === 'page' && pages !== undefined ? [notifications, pages] : [notifications];
      for (const topic of topics) {
        alarm.addAlarmAction(new SnsAction(topic));
        if (!event) {
          alarm.addOkAction(new SnsAction(topic));
        }
      }
      return alarm;
    });
  }
}
