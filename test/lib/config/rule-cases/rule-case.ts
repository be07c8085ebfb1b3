import type { StageSettings } from '../../../../lib/config/pipeline-config';

/** Settings next to a rule's bound: what it says about them, or nothing where they are accepted. */
export type RuleCase = readonly [name: string, settings: StageSettings, refusal?: string];

/** By the section of the rules. */
export type RuleCases = Readonly<Record<string, readonly RuleCase[]>>;
