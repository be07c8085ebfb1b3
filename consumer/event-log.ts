import type { KclEvent } from './kcl';
import type { LogFields, Logger, LogLevel } from './logger';
import type { PipelineEvent } from './pipeline';

/** Levels of the client library's events. `fatal` has none: the service logs the error that `run` rejects with. */
const kclLevels: Readonly<Record<Exclude<KclEvent['type'], 'fatal'>, LogLevel>> = {
  'worker-started': 'debug',
  'worker-stopping': 'debug',
  'worker-stopped': 'debug',
  'round-failed': 'warn',
  warning: 'warn',
  'lease-taken': 'info',
  'lease-take-lost': 'debug',
  'lease-lost': 'warn',
  'lease-renew-failed': 'warn',
  'lease-released': 'info',
  'lease-row-unreadable': 'warn',
  'lease-cleaned-up': 'info',
  'checkpoint-stored': 'debug',
  'watermark-stored': 'debug',
  'lease-table-failed': 'warn',
  'hand-off-requested': 'debug',
  'hand-off-announced': 'debug',
  'hand-off-accepted': 'debug',
  'hand-off-completed': 'info',
  'hand-off-timed-out': 'warn',
  'hand-off-given-up': 'debug',
  'shard-started': 'info',
  'shard-ended': 'info',
  'shard-gone': 'error',
  'batch-processed': 'debug',
  throttled: 'debug',
  'iterator-expired': 'info',
  'user-records-skipped': 'warn',
  'aggregate-malformed': 'warn',
  'watermark-overtaken': 'error',
  'read-failed': 'warn',
  'reader-stalled': 'error',
  'processor-failed': 'error',
  'processor-slow': 'error',
  'records-divided': 'warn',
  'record-retried': 'warn',
  'record-dead-lettered': 'error',
  'record-given-up': 'error',
  'dead-letter-failed': 'error',
  'shard-end-failed': 'warn',
  'shard-sync': 'info',
  'hash-range-hole': 'warn',
  'leases-created': 'info',
  'fan-out-ready': 'info',
  'fan-out-unavailable': 'error',
  'subscription-started': 'debug',
  'subscription-ended': 'debug',
  'subscription-silent': 'warn',
  'fan-out-fell-back': 'warn',
};

/** Logs an event of the client library under its type. */
export function logKclEvent(logger: Logger, { type, ...fields }: KclEvent): void {
  if (type !== 'fatal') {
    logger.log(kclLevels[type], type, fields);
  }
}

/** Logs an event of the pipeline. The ledger is written at every level: whoever draws up the balance reads it. */
export function logPipelineEvent(logger: Logger, event: PipelineEvent): void {
  switch (event.type) {
    case 'ledger':
      logger.audit(event.entry.event, { ...event.entry });
      break;
    case 'flushed':
      logger.debug(event.type, fieldsOf(event));
      break;
    case 'device-states-loaded':
    case 'device-states-stored':
      logger.debug(event.type, fieldsOf(event));
      break;
    case 'device-state-unreadable':
      // After a change of the windows that is as it should be; anything else is a fault.
      logger.log(event.reason === 'layout' ? 'info' : 'error', event.type, fieldsOf(event));
      break;
    case 'device-state-contested':
      logger.warn(event.type, fieldsOf(event));
      break;
    case 'delivery-retried':
    case 'device-state-retried':
      // A single failure is everyday life at a limit; a row of them means that the shard stands still.
      logger.log(event.failures >= stalledFailures ? 'error' : 'warn', event.type, fieldsOf(event));
      break;
    case 'alerts-sent':
      logger.info(event.type, fieldsOf(event));
      break;
    case 'alerts-withheld':
      logger.warn(event.type, fieldsOf(event));
      break;
    case 'alert-lost':
      // With all that it would have said: this line is the only place where a person can still read it.
      logger.error(event.type, fieldsOf(event));
      break;
    case 'record-rejected':
      // Bad input is the device's fault; a message that the domain fails on is ours.
      logger.log(event.rejection.reason === 'processing_failed' ? 'error' : 'info', event.type, {
        shardId: event.shardId,
        sequenceNumber: event.sequenceNumber,
        reason: event.rejection.reason,
        field: event.rejection.field,
        message: event.rejection.message,
      });
      break;
  }
}

/** From so many tries in a row without any success on, a retry is logged as an error: about half a minute of standing still. */
const stalledFailures = 9;

/** An event without its type, which is the line's event already. */
function fieldsOf(event: PipelineEvent): LogFields {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'type'));
}
