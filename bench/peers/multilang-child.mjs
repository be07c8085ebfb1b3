// A record processor that does nothing but checkpoint after each batch, run by the MultiLangDaemon by means of aws-kcl. What
// happens is appended to the file JOURNAL: `init` when a shard starts, `<records> <bytes>` for each batch.
import { Buffer } from 'node:buffer';
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import process from 'node:process';

const kcl = createRequire(path.join(process.cwd(), 'package.json'))('aws-kcl');

const wanted = Number(process.env.RECORDS);
const journal = process.env.JOURNAL;
kcl({
  initialize: (_input, callback) => {
    appendFileSync(journal, `init ${process.pid}\n`);
    callback();
  },
  processRecords: ({ checkpointer, records }, callback) => {
    let bytes = 0;
    for (const { data } of records) {
      bytes += Buffer.from(data, 'base64').length;
    }
    appendFileSync(journal, `${records.length} ${bytes}\n`);
    if (records.length === 0 || wanted === 0) {
      callback();
      return;
    }
    checkpointer.checkpoint(records[records.length - 1].sequenceNumber, () => callback());
  },
  leaseLost: (_input, callback) => callback(),
  shardEnded: ({ checkpointer }, callback) => checkpointer.checkpoint(() => callback()),
  shutdownRequested: ({ checkpointer }, callback) => checkpointer.checkpoint(() => callback()),
}).run();
