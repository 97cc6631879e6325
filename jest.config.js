export default {
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/transform.js' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  coverageProvider: 'v8',
  // Jest leaves one core free, which on two cores doubles the time.
  maxWorkers: '100%',
};
