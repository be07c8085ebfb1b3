import * as path from 'node:path';
import { compare, ownSubject, table } from '../shared/compare';
import type { Suite } from '../shared/suite';

const subjects = path.join(__dirname, '..', 'subjects');

/** What everything between a record and an accepted row costs. */
export const pipeline: Suite = {
  name: 'pipeline',
  about: "our worker with the service's whole pipeline (factory messages), against the bare loop over the same records",
  run: async (context) => {
    const results = await compare(context, { records: context.records ?? 500_000, shards: 16, payload: 'factory' }, [
      await ownSubject('bare SDK loop', path.join(subjects, 'bare-loop.ts'), context),
      await ownSubject('our worker', path.join(subjects, 'worker.ts'), context),
      await ownSubject('our worker and pipeline', path.join(subjects, 'pipeline.ts'), context),
    ]);
    context.say(table(results));
    context.keep('pipeline', { payload: 'factory', shards: 16, results });
  },
};
