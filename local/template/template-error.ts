/** What is wrong with a cloud assembly, as far as a run on this machine is concerned. */
export type TemplateErrorCode =
  /** A file of the assembly is missing or is not what its name says. */
  | 'InvalidAssembly'
  /** A template refers to something that is not there, or to itself. */
  | 'InvalidReference'
  /** A value has another type than its property asks for, or is missing. */
  | 'InvalidProperty'
  /** The template asks for something that exists in AWS and not here. */
  | 'NotSupported';

/** The template cannot be run here. The message names the stack, the resource and the property. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  constructor(
    readonly code: TemplateErrorCode,
    /** Stack, resource and property: `Delivery/Lake8C23 BucketName`. */
    readonly where: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${what}`, options);
  }
}
