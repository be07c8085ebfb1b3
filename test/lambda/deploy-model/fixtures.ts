import type { DeployModelConfig } from '../../../lambda/deploy-model/config';
import type { Begun } from '../../../lambda/deploy-model/event';
import { deployModel, type Deployment } from '../../../lambda/deploy-model/logic';
import { servedName } from '../../../lambda/deploy-model/names';
import type { Approval, RegisteredModel } from '../../../lambda/shared/model-registry';
import { MemoryLake } from '../fixtures';
import { registered, registryOf, scoringDomain } from '../scoring/fixtures';
import { MemoryHosting } from './memory-hosting';

export const config: DeployModelConfig = {
  domain: scoringDomain,
  modelPackageGroup: 'pumps',
  serving: {
    endpointName: 'iot-to-model-dev-pumps',
    memoryMiB: 2_048,
    maxConcurrency: 5,
    modelRoleArn: 'arn:aws:iam::111122223333:role/model',
    tags: { domain: 'pumps' },
  },
  limitMs: 3_600_000,
};

export const nameOf = (version: number): string => servedName(version, config.serving);

/** A group, what SageMaker has, and a clock. */
export class Scene {
  readonly hosting = new MemoryHosting();
  now = Date.parse('2026-11-20T12:00:00Z');
  private readonly versions: RegisteredModel[] = [];
  private readonly lake = new MemoryLake();

  /** Registers the next version. */
  register(approval: Approval = 'Approved', more: Partial<RegisteredModel> = {}): number {
    const version = this.versions.length + 1;
    this.versions.unshift(registered(this.lake, version, { approval, ...more }));
    return version;
  }

  decide(version: number, approval: Approval): void {
    const index = this.versions.findIndex((each) => each.version === version);
    const found = this.versions[index];
    if (found !== undefined) {
      this.versions[index] = { ...found, approval };
    }
  }

  /** The newest version that is approved. */
  get inUse(): number | undefined {
    return this.versions.find(({ approval }) => approval === 'Approved')?.version;
  }

  start(changed: Partial<DeployModelConfig> = {}): Run {
    return new Run(this, { ...config, ...changed });
  }

  call(startedAt: number, begun: Begun, asked: DeployModelConfig): Promise<Deployment> {
    const { hosting } = this;
    return deployModel(
      { config: asked, registry: registryOf(...this.versions), hosting, now: () => this.now },
      { startedAt, begun },
    );
  }
}

/** An execution of the workflow, a call at a time. */
export class Run {
  last: Deployment | undefined;
  private readonly startedAt: number;

  constructor(
    private readonly scene: Scene,
    private readonly asked: DeployModelConfig,
  ) {
    this.startedAt = scene.now;
  }

  get ended(): boolean {
    return this.last !== undefined && this.last.status !== 'in-progress';
  }

  async call(): Promise<Deployment> {
    const begun = JSON.parse(JSON.stringify(this.last?.begun ?? { kind: 'nothing' })) as Begun;
    this.last = await this.scene.call(this.startedAt, begun, this.asked);
    return this.last;
  }

  /** Calls until it ends; what is under way comes to its end in between. */
  async toEnd(failureReason?: string): Promise<Deployment> {
    for (let last = await this.call(); ; last = await this.call()) {
      if (this.ended) {
        return last;
      }
      this.scene.hosting.settle(failureReason);
    }
  }
}
