export default {
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/transform.js' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  coverageProvider: 'v8',
  // A test that hangs is ended; none is timed by it, however busy the machine.
  testTimeout: 60_000,
  // Jest leaves one core free, which on two cores doubles the time.
  maxWorkers: '100%',
};
