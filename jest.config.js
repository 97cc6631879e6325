export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/transform.js' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  coverageProvider: 'v8',
};
