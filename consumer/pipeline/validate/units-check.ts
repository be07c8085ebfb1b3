import type { Field } from '../../../core/message';
import { canonicalUnit, isUnit, units, type Unit } from '../../../core/units';
import { Rejection, show } from '../rejection';
import { wrongType } from './field-check';

/** The units that a message names, by field. */
export type ReportedUnits = Readonly<Record<string, Unit>>;

/** Without a prototype, like every map of units here, so that no field's name finds an inherited member. */
const noUnits: ReportedUnits = Object.freeze(Object.create(null) as Record<string, Unit>);

/**
 * Reads `units` of a message: for each field that it names, a unit of the field's quantity. What is wrong goes to `fault`; the
 * rest is returned. Naming the unit of a field that the message leaves out is allowed.
 */
export function readUnits(
  value: unknown,
  fields: ReadonlyMap<string, Field>,
  fault: (rejection: Rejection) => void,
): ReportedUnits {
  if (value === undefined || value === null) {
    return noUnits;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    fault(wrongType('units', value, 'an object of units by field'));
    return noUnits;
  }
  const found: Record<string, Unit> = Object.create(null) as Record<string, Unit>;
  for (const [name, unit] of Object.entries(value)) {
    const checked = checkUnit(name, unit, fields.get(name));
    if (checked instanceof Rejection) {
      fault(checked);
    } else {
      found[name] = checked;
    }
  }
  return found;
}

function checkUnit(name: string, unit: unknown, field: Field | undefined): Unit | Rejection {
  const path = `units.${name}`;
  if (field === undefined) {
    return new Rejection('unknown_field', `units names ${show(name)}, which is no field of the message type`, path);
  }
  if (typeof unit !== 'string') {
    return wrongType(path, unit, 'a text');
  }
  const canonical = field.type === 'number' || field.type === 'integer' ? field.unit : undefined;
  if (canonical === undefined) {
    return new Rejection('unknown_unit', `${name} has no unit; units says ${show(unit)}`, name);
  }
  if (!isUnit(unit) || canonicalUnit(unit) !== canonical) {
    const allowed = units.filter((candidate) => canonicalUnit(candidate) === canonical).join(', ');
    return new Rejection('unknown_unit', `${name} is in ${show(unit)}; ${allowed} are understood`, name);
  }
  return unit;
}
