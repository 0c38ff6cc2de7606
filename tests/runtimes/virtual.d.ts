declare module "virtual:suites" {
  /** The files of the behavioural suite: their names, and how to load them. */
  export const suites: readonly (readonly [name: string, load: () => Promise<unknown>])[];
}
