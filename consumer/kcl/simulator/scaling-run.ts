import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { BundledSimulator } from './bundle';
import type { ScalingPoint } from './scaling';
import { scalingChart } from './scaling-chart';
import { scalingSizes } from './scaling-sizes';

/** Measures every size and writes the figures and the chart. @returns the files */
export async function runScaling(
  simulator: BundledSimulator,
  folder: string,
  onPoint: (point: ScalingPoint) => void,
): Promise<readonly string[]> {
  const points: ScalingPoint[] = [];
  for (const [shards, workers] of scalingSizes) {
    const point = await simulator.measureScaling(shards, workers);
    points.push(point);
    onPoint(point);
  }
  await mkdir(folder, { recursive: true });
  const files = [path.join(folder, 'simulator-scaling.json'), path.join(folder, 'simulator-scaling.svg')] as const;
  await writeFile(files[0], `${JSON.stringify({ command: 'npm run simulate -- --scaling', points }, undefined, 2)}\n`);
  await writeFile(files[1], scalingChart(points));
  return files;
}
