interface Found {
  /** As `spec.locations.0`. */
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Every object in a value, itself too. */
export function objectsIn(value: unknown, path = ''): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.entries(value).flatMap(([key, each]) =>
    objectsIn(each, path === '' ? key : `${path}.${key}`),
  );
  return Array.isArray(value) ? within : [{ path, value: value as Found['value'] }, ...within];
}
