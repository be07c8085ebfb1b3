import * as path from 'node:path';
import { compare, ownSubject, table } from '../shared/compare';
import type { Suite } from '../shared/suite';

const subjects = path.join(__dirname, '..', 'subjects');

/** What the client library costs beside the least that reading can cost. */
export const read: Suite = {
  name: 'read',
  about: 'our worker with a processor that does nothing, against a bare SDK GetRecords loop: 200-byte records',
  run: async (context) => {
    const results = await compare(context, { records: context.records ?? 1_000_000, shards: 16, payload: '200' }, [
      await ownSubject('bare SDK loop', path.join(subjects, 'bare-loop.ts'), context),
      await ownSubject('our worker', path.join(subjects, 'worker.ts'), context),
    ]);
    context.say(table(results));
    context.keep('read', { payloadBytes: 200, shards: 16, results });
  },
};
