import type { Hosting } from './hosting';
import { versionServed } from './names';

/**
 * Deletes the models and configurations that served before. What cannot be deleted does no harm and costs nothing, so that it is told
 * of and left to the next run.
 *
 * A run that has just made a configuration, and does not use it yet, may lose it to a run that ends in the same moment: SageMaker says
 * then that there is none, and it is made again.
 *
 * @param serving the name that has to stay. @default - nothing serves
 * @returns the names that are left, each with the reason
 */
export async function cleanUp(hosting: Hosting, endpointName: string, serving?: string): Promise<readonly string[]> {
  const left: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error: unknown) {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await attempt(`models of ${endpointName}`, async () => {
    const names = await hosting.namesWith(`${endpointName}-v`);
    for (const name of names.filter((each) => each !== serving && versionServed(each, endpointName) !== undefined)) {
      await attempt(name, () => hosting.deleteServed(name));
    }
  });
  return left;
}
