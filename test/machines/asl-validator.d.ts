declare module 'asl-validator' {
  /** Checks a definition against the schemas of the Amazon States Language. */
  export default function aslValidator(
    definition: object,
    options: { readonly checkArn: boolean; readonly checkPaths: boolean },
  ): { readonly isValid: boolean; errorsText(separator: string): string };
}
