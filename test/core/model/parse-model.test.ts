import { links } from '../../../core/model/objective';
import { ModelFormatError } from '../../../core/model/model-format-error';
import { parseModel } from '../../../core/model/parse-model';
import { predict } from '../../../core/model/predict';
import { encodeModel } from '../../../local/aws/sagemaker/xgboost/model-file';
import { boost } from '../../../local/aws/sagemaker/xgboost/boost';
import { parseHyperparameters } from '../../../local/aws/sagemaker/xgboost/hyperparameters';
import { matrixOf, obviousClasses } from '../../local/aws/sagemaker/fixtures';
import { fixtureBytes, fixtures } from './fixtures';

type Json = Record<string, unknown>;

/** The document of a fixture, to be changed. */
const documentOf = (name: string): Json => JSON.parse(Buffer.from(fixtureBytes(`${name}.json`)).toString()) as Json;
const bytesOf = (document: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(document)));

/** A document with another value at a place. */
function changed(document: Json, place: string, value: unknown): Json {
  const [name = '', ...rest] = place.split('.');
  const members: Json = Array.isArray(document) ? Object.assign([], document) : { ...document };
  members[name] = rest.length === 0 ? value : changed(members[name] as Json, rest.join('.'), value);
  return members;
}

const refusal = (bytes: Uint8Array): string => {
  try {
    parseModel(bytes);
    return 'read';
  } catch (error: unknown) {
    return error instanceof ModelFormatError ? error.message : `another error: ${String(error)}`;
  }
};

describe.each(fixtures)('the model $name of XGBoost', ({ columns, name, predictions }) => {
  test.each(['ubj', 'json'])('predicts what it does (%s)', (extension) => {
    const model = parseModel(fixtureBytes(`${name}.${extension}`));
    const ours = predict(model, columns, predictions.length);
    // A sum is the same to the last bit; an exponential is as good as the engine's.
    const digits = links[model.objective] === 'identity' ? 0 : 2e-7;
    ours.forEach((prediction, row) => {
      const expected = predictions[row] ?? Number.NaN;
      expect(Math.abs(prediction - expected)).toBeLessThanOrEqual(digits * Math.abs(expected));
    });
  });
});

describe('a model', () => {
  test('tells what its file says', () => {
    expect(parseModel(fixtureBytes('named.ubj'))).toMatchObject({
      version: [3, 2, 0],
      objective: 'binary:logistic',
      featureNames: ['Wärme 0', 'Wärme 1', 'Wärme 2', 'Wärme 3'],
      rounds: 3,
      forest: { features: 4 },
    });
    expect(parseModel(fixtureBytes('forest.ubj'))).toMatchObject({ rounds: 3, forest: { roots: { length: 15 } } });
    expect(parseModel(fixtureBytes('squarederror.ubj'))).not.toHaveProperty('featureNames');
  });

  test('that was stopped early has the rounds up to the best one', () => {
    const { attributes, rounds } = parseModel(fixtureBytes('early-stopped.ubj'));
    expect(rounds).toBe(Number(attributes['best_iteration']) + 1);
  });

  test('of our local training is read, and predicts what training said', async () => {
    const matrix = matrixOf(obviousClasses(500, 1));
    const rounds: number[] = [];
    const trained = await boost({ train: matrix }, parseHyperparameters({ objective: 'binary:logistic', num_round: '5' }), {
      onRound: (_, evaluation) => rounds.push(evaluation['train']?.['logloss'] ?? Number.NaN),
    });
    const columns = [0, 1, 2].map((column) => matrix.values.filter((_, index) => index % 3 === column));
    const predictions = predict(parseModel(encodeModel(trained)), columns, matrix.rows);
    const loss = predictions.map((p, row) => -Math.log(matrix.labels[row] === 1 ? p : 1 - p)).reduce((a, b) => a + b, 0);
    expect(loss / matrix.rows).toBeCloseTo(rounds.at(-1) ?? Number.NaN, 6);
  });

  test.each([
    ['without the rounds of each tree', 'learner.gradient_booster.model.iteration_indptr', undefined, { rounds: 3 }],
    ['with a base score as before 3.1', 'learner.learner_model_param.base_score', '2.5E-1', { baseMargin: 0.25 }],
    ['without targets, classes, names and types', 'learner.feature_types', undefined, { objective: 'reg:squarederror' }],
  ])('%s is read', (_, place, value, expected) => {
    expect(parseModel(bytesOf(changed(documentOf('squarederror'), place, value)))).toMatchObject(expected);
  });

  test('has the numbers that JSON lacks as XGBoost writes them, and texts that look like them as they are', () => {
    const text = JSON.stringify(changed(documentOf('named'), 'learner.feature_names', ['NaN', 'a "NaN', '-Infinity', 'x']))
      .replace(/"loss_changes":\[[^\]]*\]/g, (list) => list.replace(/\d[^,\]]*/, 'NaN'))
      .replace(/"split_conditions":\[[^,]*/, '"split_conditions":[-Infinity');
    const model = parseModel(new Uint8Array(Buffer.from(text)));
    expect(model.featureNames).toEqual(['NaN', 'a "NaN', '-Infinity', 'x']);
    expect(text).toContain('NaN,');
  });
});

describe('a file that is refused', () => {
  test.each([
    ['gblinear', 'learner.gradient_booster.name: the booster gblinear is not supported; supported are gbtree and dart'],
    ['softprob', 'learner.learner_model_param.num_class: models of 3 classes are not supported'],
    ['targets', 'learner.learner_model_param.num_target: models of 2 targets are not supported'],
    ['categorical', 'learner.feature_types: categorical features are not supported'],
    ['hinge', 'learner.objective.name: binary:hinge is not supported; supported are reg:squarederror, '],
  ])('%s of XGBoost is named', (name, message) => {
    expect(refusal(fixtureBytes(`${name}.ubj`))).toContain(message);
  });

  test.each([
    ['no bytes', '', 'neither UBJSON nor JSON'],
    ['a text', 'hello', 'neither UBJSON nor JSON'],
    ['the binary format', 'binf\0\0', 'the binary format of XGBoost before 2.1 (binf) is not supported'],
    ['a pickle', '\x80\x04\x95', 'a Python pickle is not supported'],
    ['an archive', '\x1f\x8b\x08', 'take the file out of it'],
    ['broken JSON', '{"learner": ', 'the file is no JSON'],
    ['JSON in another encoding', '{"\xff": 1}', 'the file is no JSON'],
    ['JSON that is nested without end', `{"a":${'['.repeat(200_000)}`, 'the file is no JSON'],
    ['an empty object', '{}', 'version: missing: a list is needed'],
  ])('%s is named', (_, text, message) => {
    expect(refusal(new Uint8Array(Buffer.from(text, 'latin1')))).toContain(message);
  });

  const tree = 'learner.gradient_booster.model.trees.1';
  test.each<[string, unknown, string]>([
    ['version', [1, 5, 2], 'version: files of XGBoost 1.5.2 are not supported; supported are 1.6 to 3.x'],
    ['version', [4, 0, 0], 'files of XGBoost 4.0.0 are not supported'],
    ['version', [3], 'major, minor and patch are needed'],
    ['learner', undefined, 'learner: missing: an object is needed'],
    ['learner', [], 'learner: an object is needed'],
    ['learner.attributes', { best_iteration: 3 }, 'learner.attributes.best_iteration: a text is needed'],
    ['learner.objective.name', 'reg:magic', 'reg:magic is not supported'],
    ['learner.objective.name', 'toString', 'toString is not supported'],
    ['learner.learner_model_param.num_feature', '0', '0 features are not supported; supported are 1 to 4194304'],
    ['learner.learner_model_param.num_feature', '99999999999', 'are not supported'],
    ['learner.learner_model_param.num_feature', '3', 'tree 1, node 2: feature 3 of 3'],
    ['learner.learner_model_param.base_score', 'x', 'x is no base score for reg:squarederror'],
    ['learner.learner_model_param.base_score', '[1E0,2E0]', 'is no base score'],
    ['learner.gradient_booster.model.tree_info', [0, 0], '2 numbers where 3 are needed'],
    ['learner.gradient_booster.model.tree_info', [0, 1, 0], 'trees for several outputs are not supported'],
    ['learner.gradient_booster.model.trees', 3, 'trees: a list is needed'],
    [`${tree}.id`, 0, 'trees[1].id: tree 0 at place 1'],
    [`${tree}.tree_param.num_nodes`, '5', 'trees[1].split_type: 7 numbers where 5 are needed'],
    [`${tree}.tree_param.num_nodes`, '-7', 'num_nodes: a whole number is needed'],
    [`${tree}.tree_param.size_leaf_vector`, '2', 'leaves of 2 values are not supported'],
    [`${tree}.split_type.0`, 1, 'split_type: categorical splits are not supported'],
    [`${tree}.left_children.0`, 0, 'tree 1, node 0: child 0 has two parents'],
    [`${tree}.left_children.0`, 1.5, 'item 0 is 1.5, which is no whole number of 32 bits'],
    [`${tree}.left_children.0`, 2 ** 31, 'which is no whole number of 32 bits'],
    [`${tree}.split_conditions.0`, '1', 'item 0 is not a number'],
    [`${tree}.default_left`, undefined, 'trees[1].default_left: missing: a list of numbers is needed'],
  ])('for its %s (%j) says so', (place, value, message) => {
    expect(refusal(bytesOf(changed(documentOf('squarederror'), place, value)))).toContain(message);
  });
});
