import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

/**
 * Jest's own environment on a context whose globals are found without asking Node for each: with Jest's they take
 * so long that virtual time spends most of its real time on them.
 */
export default class Environment extends TestEnvironment {
  constructor(...options) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...options);
      this.global.Error.stackTraceLimit = 10;
    } finally {
      vm.createContext = createContext;
    }
  }
}
