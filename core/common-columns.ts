import type { Column } from './column';
import type { Domain } from './domain';

/** The columns that every table starts with: who sent it, when, and where on the stream it was. Stamped by the consumer. */
export const commonColumns = [
  { name: 'device_id', type: 'string', doc: 'The device that sent the message.' },
  { name: 'sequence', type: 'bigint', doc: "The device's own message number; with device_id it identifies the message." },
  { name: 'event_time', type: 'timestamp', doc: "When it was measured, by the device's clock, UTC." },
  {
    name: 'device_bucket',
    type: 'int',
    doc: 'A stable number from 0 to 99 made from device_id, to hold whole devices out of training.',
  },
  { name: 'arrival_time', type: 'timestamp', doc: 'When the stream received the message, UTC.' },
  { name: 'shard_id', type: 'string', doc: 'The shard on which the message arrived.' },
  { name: 'sequence_number', type: 'string', doc: "The stream's sequence number; with shard_id it identifies the record." },
] as const satisfies readonly Column[];

/** All columns of a table, in the order of the Glue table and the Parquet file. @throws RangeError for an unknown table */
export function tableColumns(domain: Domain, table: string): readonly Column[] {
  const found = domain.tables[table];
  if (found === undefined) {
    throw new RangeError(`domain ${domain.name} has no table ${table}; it has ${Object.keys(domain.tables).join(', ')}`);
  }
  return [...commonColumns, ...found.columns];
}
