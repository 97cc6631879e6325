import { describe, expect, it } from '@jest/globals';
import { javaVersion } from '../../../lab/data-grid/tools.ts';

describe("reading Java's version", () => {
  it('knows the form of today', () => {
    expect(javaVersion('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(javaVersion('openjdk version "25" 2025-09-16')).toBe(25);
  });

  it('knows the form of Java 8, which is too old', () => {
    expect(javaVersion('java version "1.8.0_402"')).toBe(8);
  });

  it('does not take something else for a version', () => {
    expect(javaVersion('The operation couldn’t be completed. Unable to locate a Java Runtime.')).toBeNull();
  });
});
