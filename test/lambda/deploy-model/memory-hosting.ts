import type { Endpoint, Hosting } from '../../../lambda/deploy-model/hosting';
import { apiError } from '../training-fixtures';

/** What there is in SageMaker, as far as the function asks for it. What it is asked for takes effect when a test says so. */
export class MemoryHosting implements Hosting {
  endpoint: Endpoint | undefined;
  /** By name, the package of each. */
  readonly models = new Map<string, string>();
  readonly configs = new Set<string>();
  /** What was done, in order. */
  readonly calls: string[] = [];
  /** What the next call of a name is refused with. */
  readonly refusals = new Map<string, Error>();

  async findEndpoint(): Promise<Endpoint | undefined> {
    return this.endpoint;
  }

  async makeModel(name: string, modelPackageArn: string): Promise<void> {
    this.called('makeModel', name);
    this.models.set(name, modelPackageArn);
  }

  async makeConfig(name: string): Promise<void> {
    this.called('makeConfig', name);
    this.must(this.models.has(name), `Could not find model "${name}".`);
    this.configs.add(name);
  }

  async createEndpoint(configName: string): Promise<void> {
    this.called('createEndpoint', configName);
    this.must(this.endpoint === undefined, 'Cannot create already existing endpoint.');
    this.must(this.configs.has(configName), `Could not find endpoint configuration "${configName}".`);
    this.endpoint = { status: 'Creating', configName, pendingConfigName: configName };
  }

  async updateEndpoint(_name: string, configName: string): Promise<void> {
    this.called('updateEndpoint', configName);
    this.must(this.endpoint?.status === 'InService', 'Cannot update in-progress endpoint.');
    this.must(this.configs.has(configName), `Could not find endpoint configuration "${configName}".`);
    this.endpoint = { status: 'Updating', configName: this.endpoint?.configName ?? '', pendingConfigName: configName };
  }

  async deleteEndpoint(name: string): Promise<void> {
    this.called('deleteEndpoint', name);
    this.must(this.endpoint !== undefined && this.endpoint.status !== 'Deleting', 'Cannot delete.');
    this.endpoint = { status: 'Deleting', configName: this.endpoint?.configName ?? '' };
  }

  async namesWith(text: string): Promise<readonly string[]> {
    return [...new Set([...this.models.keys(), ...this.configs])].filter((name) => name.includes(text));
  }

  async deleteServed(name: string): Promise<void> {
    this.called('deleteServed', name);
    if (name === this.endpoint?.configName || name === this.endpoint?.pendingConfigName) {
      throw new RangeError(`${name} is in use`);
    }
    this.models.delete(name);
    this.configs.delete(name);
  }

  /** What is under way comes to its end. @param failureReason why not. @default - it succeeds */
  settle(failureReason?: string): void {
    const { endpoint } = this;
    if (endpoint?.status === 'Deleting') {
      this.endpoint = undefined;
    } else if (endpoint?.pendingConfigName !== undefined) {
      const { configName, pendingConfigName, status } = endpoint;
      this.endpoint =
        failureReason === undefined
          ? { status: 'InService', configName: pendingConfigName }
          : { status: status === 'Creating' ? 'Failed' : 'InService', configName, failureReason };
    }
  }

  private called(call: string, name: string): void {
    this.calls.push(`${call} ${name}`);
    const refusal = this.refusals.get(call);
    this.refusals.delete(call);
    if (refusal !== undefined) {
      throw refusal;
    }
  }

  private must(holds: boolean, message: string): void {
    if (!holds) {
      throw apiError('ValidationException', { message });
    }
  }
}
