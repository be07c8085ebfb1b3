import type { KeptEntities } from '../../kept-entities';
import { invalid } from '../shapes';

/** Something that has a name of its own, and an ARN. */
interface NamedThing {
  readonly name: string;
  readonly arn: string;
}

/** Things of one kind by their names, those of earlier processes included. */
export class NamedThings<Thing extends NamedThing> {
  private readonly byName = new Map<string, Thing>();

  /**
   * @param kind as messages of the API call it: `endpoint configuration`
   * @param arnPrefix what stands before the name, in small letters, in ARNs: `arn:…:endpoint-config/`
   */
  constructor(
    private readonly kind: string,
    private readonly arnPrefix: string,
    private readonly kept: KeptEntities<Thing>,
  ) {
    for (const thing of kept.load()) {
      this.byName.set(thing.name, thing);
    }
  }

  all(): readonly Thing[] {
    return [...this.byName.values()];
  }

  find(name: string): Thing | undefined {
    return this.byName.get(name);
  }

  /** @throws AwsError ValidationException when there is none of that name */
  get(name: string): Thing {
    const found = this.byName.get(name);
    if (found === undefined) {
      throw invalid(`Could not find ${this.kind} "${this.arnOf(name)}".`);
    }
    return found;
  }

  /** The ARN for a name that is free. @throws AwsError ValidationException when it is taken */
  claim(name: string): string {
    if (this.byName.has(name)) {
      throw invalid(`Cannot create already existing ${this.kind} "${this.arnOf(name)}".`);
    }
    return this.arnOf(name);
  }

  put(thing: Thing): void {
    this.kept.save(thing.name, thing);
    this.byName.set(thing.name, thing);
  }

  remove({ name }: Thing): void {
    this.kept.remove(name);
    this.byName.delete(name);
  }

  private arnOf(name: string): string {
    return `${this.arnPrefix}${name.toLowerCase()}`;
  }
}
