import * as path from 'node:path';
import { javaKcl, lifion, multiLang, versions } from '../peers/subjects';
import { compare, ownSubject, table } from '../shared/compare';
import type { Suite } from '../shared/suite';

const subjects = path.join(__dirname, '..', 'subjects');

/** Ours beside what people use today. Needs Java, Maven, npm and Linux. */
export const peers: Suite = {
  name: 'peers',
  about: 'our worker beside lifion-kinesis, the Java KCL and aws-kcl with its MultiLangDaemon (needs Java 17, Maven, Linux)',
  run: async (context) => {
    context.say('installing and building the peers');
    const all = [
      await ownSubject('bare SDK loop', path.join(subjects, 'bare-loop.ts'), context),
      await ownSubject('our worker', path.join(subjects, 'worker.ts'), context),
      await lifion(context.directory),
      await javaKcl(context.directory),
      await multiLang(context.directory),
    ];
    const results = await compare(context, { records: context.records ?? 500_000, shards: 4, payload: '200' }, all);
    context.say(table(results));
    context.keep('peers', { payloadBytes: 200, shards: 4, versions, results });
  },
};
