import { benchmarkLines } from '../scoring/benchmark-lines';
import { scoringLines } from '../scoring/scoring-lines';
import { outcomeLines } from '../training/outcome-lines';
import { endpointLines } from './endpoint-report';
import { bytes, count } from './numbers';
import { differences, sum, type Report } from './report';
import { rowLine } from './table-lines';

/** Where the files of a run lie. */
export interface Folders {
  /** The folder of each table's Parquet files. */
  readonly tables: Readonly<Record<string, string>>;
  readonly quarantine: string;
  /** The file of messages about alerts. */
  readonly alerts: string;
}

/** The report as a person reads it; `path` shortens a path. */
export function summarize(report: Report, folders: Folders, path: (target: string) => string): string {
  const { alerts, records, tables, firehose, training } = report;
  const lines: string[] = [];
  const row = (name: string, value: string, note = ''): void => {
    lines.push(rowLine(name, value, note));
  };
  lines.push('Records');
  row('sent', count(records.sent));
  row('delivered', count(records.delivered));
  row('quarantined', count(sum(records.quarantined)), sum(records.quarantined) > 0 ? path(folders.quarantine) : '');
  for (const [reason, number] of Object.entries(records.quarantined).sort(([, a], [, b]) => b - a)) {
    row(`  ${reason}`, count(number));
  }
  row('duplicates dropped', count(records.duplicatesDropped));
  if (records.redelivered > 0) {
    row('delivered twice', count(records.redelivered), 'after shards moved between workers; the training SQL drops them');
  }
  if (records.redeliveredOtherwise > 0) {
    row('of them otherwise', count(records.redeliveredOtherwise), 'their features are not those of the first time');
  }
  if (records.duplicatesInLake > 0) {
    row(
      'duplicates in the lake',
      count(records.duplicatesInLake),
      'not known to the new worker of a shard; the training SQL drops them',
    );
  }
  row('balance', records.balanced ? 'adds up' : 'IS OFF', 'sent = delivered + quarantined + duplicates dropped');
  const off = differences(records);
  if (records.expected !== null) {
    row('against the simulator', off.length === 0 ? 'exact' : 'differs', off.join('; '));
  }
  lines.push('', 'Lake (Parquet)');
  for (const [table, { rows, files, bytes: size }] of Object.entries(tables)) {
    row(table, `${count(rows)} rows`, `${count(files)} files, ${bytes(size)}, ${path(folders.tables[table] ?? '')}`);
  }
  const overhead = firehose.payloadBytes === 0 ? 1 : firehose.billedBytes / firehose.payloadBytes;
  row(
    'Firehose bills',
    bytes(firehose.billedBytes),
    `${overhead.toFixed(3)} × the payload, in ${count(firehose.records)} records`,
  );
  if (alerts.sent > 0) {
    lines.push('', 'Alerts');
    row('sent', count(alerts.sent), path(folders.alerts));
    for (const [signal, number] of Object.entries(alerts.bySignal).sort(([, a], [, b]) => b - a)) {
      row(`  ${signal}`, count(number));
    }
    if (alerts.toldTogether > 0) {
      row('told of together', count(alerts.toldTogether), 'too many to be sent one by one within a minute');
    }
    if (alerts.repeated > 0) {
      row('sent twice', count(alerts.repeated), 'after shards moved between workers; under the same id');
    }
  }
  lines.push('', ...outcomeLines(training, path), '', ...scoringLines(report.scoring, path));
  if (report.endpoint !== undefined) {
    lines.push('', ...endpointLines(report.endpoint));
  }
  if (report.benchmark !== undefined) {
    lines.push('', ...benchmarkLines(report.benchmark));
  }
  lines.push(
    '',
    `Seconds  ${Object.entries(report.seconds)
      .map(([name, value]) => `${name} ${value.toFixed(1)}`)
      .join(' · ')}`,
  );
  const peak = Math.max(0, ...report.consumers.map((consumer) => consumer.maxRssBytes ?? 0));
  lines.push(`Consumers  ${report.workers} processes over ${report.shards} shards, at most ${bytes(peak)} of memory each`);
  const written = report.consumers.reduce((total, { deviceStatesWritten }) => total + (deviceStatesWritten ?? 0), 0);
  if (written > 0) {
    lines.push(`Devices    their states were stored ${count(written)} times`);
  }
  return `${lines.join('\n')}\n`;
}
