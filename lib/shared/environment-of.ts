/** Values for exactly the variables that a contract of `core/environment.ts` names: one more or one fewer does not compile. */
export type EnvironmentOf<Contract extends Readonly<Record<string, string>>> = Readonly<Record<Contract[keyof Contract], string>>;
