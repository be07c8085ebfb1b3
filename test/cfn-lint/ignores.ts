/** A finding of cfn-lint that stays, and why. */
export interface Ignore {
  /** Id of the rule: `W3005`. */
  readonly rule: string;
  /** Matched against stack and path in the template: `training/Resources/Workflow193EF7C1/DependsOn/0`. */
  readonly where: RegExp;
  readonly reason: string;
}

/** Everything that cfn-lint finds in any configuration and that is left. One that finds nothing any more fails the run. */
export const ignores: readonly Ignore[] = [
  {
    rule: 'W3005',
    where: /\/DependsOn\/\d+$/,
    reason:
      'The CDK writes down that a function or a state machine depends on its role, beside referring to it: redundant, and harmless.',
  },
];
