import { createRequire } from 'node:module';
import type { Matrix } from './matrix';

/** What is used of the module that Emscripten made of XGBoost. */
interface XGBoostModule {
  readonly isReady: Promise<unknown>;
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  print: (line: string) => void;
  printErr: (line: string) => void;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _create_model(values: number, labels: number, rows: number, columns: number): number;
  _train_full_model(model: number, rounds: number): void;
  _prediction_size(model: number, row: number, columns: number): number;
  _predict_one(model: number, row: number, columns: number, out: number): number;
  _save_model(model: number): number;
  _get_file_content(out: number, bytes: number): void;
  _free_memory_model(model: number): void;
  cwrap(
    name: 'set_param',
    returns: null,
    types: ['number', 'string', 'string'],
  ): (m: number, name: string, value: string) => void;
}

/** The build has -1 for "missing" built in. */
const missing = -1;
/** The next single below -1: it falls on the same side of every threshold but -1 itself, which then cannot occur. */
const justBelowMinusOne = Math.fround(-1 - 2 ** -23);

/**
 * A model in training, in the WebAssembly build of XGBoost 0.6 of `ml-xgboost`. The build's own functions are called with
 * pointers from its heap: the package's wrapper passes the data over a stack of 5 MiB and fails for larger data.
 */
export class WasmBooster {
  private constructor(
    private readonly xgboost: XGBoostModule,
    private readonly model: number,
    private readonly columns: number,
    private readonly said: string[],
  ) {}

  /**
   * Loads the build and hands it the data, which it copies.
   * @param parameters in the names of XGBoost 0.6
   * @throws Error when the data does not fit into the 2 GiB of WebAssembly's memory
   */
  static async create(matrix: Matrix, parameters: Readonly<Record<string, string>>): Promise<WasmBooster> {
    const xgboost = createRequire(__filename)('ml-xgboost/dist/wasm/xgboost.js') as XGBoostModule;
    const said: string[] = [];
    // Notes about how the module was compiled, and on failure XGBoost's own message.
    xgboost.print = xgboost.printErr = (line) => void said.push(line);
    await ready(xgboost);
    const values = allocate(xgboost, matrix.values.length);
    const labels = allocate(xgboost, matrix.rows);
    xgboost.HEAPF32.set(encodeMissing(matrix.values), values / 4);
    xgboost.HEAPF32.set(matrix.labels, labels / 4);
    const booster = new WasmBooster(
      xgboost,
      xgboost._create_model(values, labels, matrix.rows, matrix.columns),
      matrix.columns,
      said,
    );
    xgboost._free(values);
    xgboost._free(labels);
    const set = xgboost.cwrap('set_param', null, ['number', 'string', 'string']);
    for (const [name, value] of Object.entries(parameters)) {
      set(booster.model, name, value);
    }
    return booster;
  }

  /** One more round of boosting. */
  update(): void {
    try {
      this.xgboost._train_full_model(this.model, 1);
    } catch (error: unknown) {
      // The thrown text is Emscripten's ("abort at …" with the whole stack); what XGBoost said before is the reason.
      throw new Error(`XGB train call failed with exception:\n ${this.said.slice(-5).join('\n')}`, { cause: error });
    }
  }

  /** The model so far, in the binary format of XGBoost 0.6. */
  save(): Uint8Array {
    const bytes = this.xgboost._save_model(this.model);
    const out = this.xgboost._malloc(bytes);
    this.xgboost._get_file_content(out, bytes);
    const content = this.xgboost.HEAPU8.slice(out, out + bytes);
    this.xgboost._free(out);
    return content;
  }

  /** What the build itself predicts for one row. Slow: for checks. */
  predict(row: Float32Array): number {
    const pointer = allocate(this.xgboost, this.columns);
    const out = allocate(this.xgboost, 16);
    this.xgboost.HEAPF32.set(encodeMissing(row), pointer / 4);
    this.xgboost._predict_one(this.model, pointer, this.columns, out);
    const prediction = this.xgboost.HEAPF32[out / 4] as number;
    this.xgboost._free(pointer);
    this.xgboost._free(out);
    return prediction;
  }

  /** Gives the memory back. */
  free(): void {
    this.xgboost._free_memory_model(this.model);
  }
}

/** The module's promise resolves with the module, which has a `then` of its own: awaiting it would never end. */
function ready(xgboost: XGBoostModule & { then?: unknown }): Promise<void> {
  return new Promise((resolve) => {
    delete xgboost.then;
    void xgboost.isReady.then(() => resolve());
  });
}

function allocate(xgboost: XGBoostModule, floats: number): number {
  const pointer = xgboost._malloc(floats * 4);
  if (pointer === 0) {
    throw new Error(`out of memory: ${Math.ceil((floats * 4) / 2 ** 20)} MiB more do not fit into the 2 GiB of WebAssembly`);
  }
  return pointer;
}

function encodeMissing(values: Float32Array): Float32Array {
  return values.map((value) => (Number.isNaN(value) ? missing : value === missing ? justBelowMinusOne : value));
}
