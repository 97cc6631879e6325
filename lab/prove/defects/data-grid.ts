import type { Defect } from './defect.ts';

const PROOFS = 'functions/data-grid/proofs.ts';
const CLEAR_SAFETY = 'functions/data-grid/clear-safety.ts';
const COMMANDS = 'functions/data-grid/commands.ts';
const LEFTOVERS = 'functions/data-grid/delete-leftovers.ts';
const RESYNC = 'statemachines/resync.asl.json';
const FAILOVER = 'statemachines/failover.asl.json';

/** About what a Data Grid is asked, and what its answers are taken for. */
export const DATA_GRID_DEFECTS: readonly Defect[] = [
  {
    name: 'clears in the same Batch as take-offline',
    patches: [
      {
        file: RESYNC,
        find: '"step": "take-offline",\n          "against.$": "$.claim.serving",',
        put: '"step": "clear",\n          "against.$": "$.claim.serving",',
      },
      {
        file: CLEAR_SAFETY,
        find: 'if (proofPods === null || proofPods.site === null || proofPods.against === null) {',
        put: 'if (proofPods === null) return null;\n  if (proofPods === undefined) {',
      },
      { file: CLEAR_SAFETY, find: 'if (fingerprintOf(pods) !== proofPods.site) {', put: 'if (false) {' },
    ],
    story: 'resync',
    kinds: ['the take-offline does not take', 'the take-offline takes at one node'],
  },
  {
    name: 'trusts Succeeded',
    patches: [
      {
        file: PROOFS,
        find: 'return problems.length > 0 ? notProven(problems) : proven(single, reading);',
        put: 'return problems.length < 0 ? notProven(problems) : proven(single, reading);',
      },
    ],
    story: 'the primary freezes',
    kinds: ['the take-offline does not take', 'the take-offline concerns no cache'],
  },
  {
    name: 'ignores {}, and that it concerned no cache',
    patches: [
      {
        file: PROOFS,
        find: "    case 'nothing':\n      return no(",
        put: "    case 'nothing':\n      if (line !== '') return [];\n      return no(",
      },
      {
        file: COMMANDS,
        find: 'const takeOffline = [all(',
        put: 'const takeOffline = [all("take-offline")]; const unused = [all(',
      },
    ],
    story: 'the primary freezes',
    kinds: ['the take-offline concerns no cache'],
  },
  {
    name: 'takes the answer "ok" to a take-offline for the proof of it',
    patches: [
      {
        file: COMMANDS,
        find: 'const takeOffline = [all(',
        put: 'const takeOffline = [all("take-offline")]; const unused = [all(',
      },
    ],
    story: 'the primary freezes',
    kinds: ['the take-offline does not take', 'the take-offline takes at one node'],
  },
  {
    name: 'looks at the status of the first cache alone',
    patches: [
      {
        file: COMMANDS,
        find: 'const takeOffline = [all(',
        put: 'const takeOffline = [all("take-offline"), statuses[0]!]; const unused = [all(',
      },
    ],
    story: 'the primary freezes',
    kinds: ['the take-offline does not take'],
  },
  {
    name: 'takes statuses that differ from node to node for offline',
    patches: [
      {
        file: PROOFS,
        find: 'if (wanted === null || answer.status === wanted) return [];',
        put: "if (wanted === null || answer.status === wanted || answer.status === 'mixed') return [];",
      },
    ],
    story: 'the primary freezes',
    kinds: ['the take-offline takes at one node'],
  },
  {
    name: 'clears after a restart of the Data Grid that was seen to hold the data',
    patches: [
      {
        file: CLEAR_SAFETY,
        find: 'if (fingerprintOf(sourcePods) !== proofPods.against) {',
        put: 'if (false) {',
      },
    ],
    story: 'resync',
    kinds: ['the Data Grid of the serving site restarts whole'],
    near: 'for create-batch clear',
  },
  {
    name: 'clears after a restart of the Data Grid that it clears, by the proof from before',
    patches: [
      { file: CLEAR_SAFETY, find: 'if (fingerprintOf(pods) !== proofPods.site) {', put: 'if (false) {' },
      { file: COMMANDS, find: '        ...takeOffline,\n        ...each(', put: '        ...each(' },
    ],
    story: 'resync',
    kinds: ['the Data Grid of the other site restarts whole'],
    near: 'for create-batch clear',
  },
  {
    name: 'clears without asking whether the serving site holds the data',
    patches: [
      {
        file: 'functions/data-grid/check-source.ts',
        find: 'if (input.acceptCounts === true) return holdsData;',
        put: 'if (input !== null) return holdsData;',
      },
    ],
    story: 'resync',
    kinds: ['the Data Grid of the serving site restarts whole'],
  },
  {
    name: 'clears the source instead of the stale site',
    patches: [
      {
        file: 'functions/data-grid/create-batch.ts',
        find: 'const cluster = world.clusterOf(step.site);\n  const identity',
        put: "const cluster = world.clusterOf(step.step === 'clear' ? step.against : step.site);\n  const identity",
      },
    ],
    story: 'resync',
  },
  {
    name: 'retries with the same Batch name',
    patches: [
      {
        file: 'functions/data-grid/batch.ts',
        find: '.update(JSON.stringify([execution, step, attempt]))',
        put: '.update(JSON.stringify([step]))',
      },
    ],
    story: 'a site is lost a second time',
  },
  {
    name: 'leaves a Batch that did not end in time, and that acts later',
    patches: [
      {
        file: 'functions/data-grid/delete-batch.ts',
        find: 'await world.clusterOf(site).deleteBatch(batch);',
        put: 'world.clusterOf(site);',
      },
      // The next resync waits until it has ended.
      { file: LEFTOVERS, find: 'if (left.length === 0) return', put: 'if (left.length >= 0) return' },
    ],
    story: 'switchover',
    kinds: ['the next Batch hangs', 'a person starts resync'],
    near: 'take-offline',
  },
  {
    name: 'leaves the Batch of an execution that ended badly, and that acts later',
    patches: [
      {
        file: 'functions/data-grid/ended-badly.ts',
        find: 'return deleteBatch(world, {',
        put: "if (execution !== '') return { outcome: 'nothing-to-delete' };\n  return deleteBatch(world, {",
      },
      // The next resync deletes it, too.
      { file: LEFTOVERS, find: 'if (left.length === 0) return', put: 'if (left.length >= 0) return' },
    ],
    story: 'the Data Grid of the primary restarts',
    kinds: ['the next Batch hangs', 'the execution is stopped'],
    near: 'take-offline',
  },
  {
    name: 'calls a site in sync while a Batch of before may still take the other one offline there',
    patches: [
      { file: LEFTOVERS, find: 'if (left.length === 0) return', put: 'if (left.length >= 0) return' },
    ],
    story: 'switchover',
    kinds: ['the next Batch hangs', 'the other site freezes for a while'],
    near: 'take-offline',
  },
  {
    name: 'takes an OK of a push for the entries',
    patches: [
      {
        file: 'functions/data-grid/counts.ts',
        find: "if (differing.length === 0) return { outcome: 'equal' };",
        put: "if (differing.length >= 0) return { outcome: 'equal' };",
      },
    ],
    story: 'resync',
    kinds: ['the push says OK and sends nothing'],
  },
  {
    name: 'does not forget the status of an earlier push',
    patches: [
      {
        file: COMMANDS,
        find: '        ...forgetPushes,\n        ...pushStatuses,\n',
        put: '',
      },
      {
        file: PROOFS,
        find: "if (step === 'prepare-push' && push !== 'IDLE') {",
        put: 'if (false) {',
      },
    ],
    story: 'resync',
    kinds: ['the push fails'],
  },
  {
    name: 'takes a failed push for one that is done',
    patches: [
      {
        file: 'functions/data-grid/push-proof.ts',
        find: "statuses[cache] !== 'SENDING' && statuses[cache] !== 'OK'",
        put: "statuses[cache] === 'CANCELED'",
      },
      {
        file: 'functions/data-grid/counts.ts',
        find: "if (differing.length === 0) return { outcome: 'equal' };",
        put: "if (differing.length >= 0) return { outcome: 'equal' };",
      },
    ],
    story: 'resync',
    kinds: ['the push fails'],
  },
  {
    name: 'does not prove that the source is online again at the site that was cleared',
    patches: [
      {
        file: COMMANDS,
        find: "return [all('bring-online'), statusOfAll, ...statuses];",
        put: "return [all('bring-online')];",
      },
      {
        file: PROOFS,
        find: "step === 'in-sync' && each.statuses[cache] !== 'online'",
        put: "step === 'in-sync' && each.statuses[cache] === 'mixed'",
      },
    ],
    story: 'resync',
    kinds: ['the bring-online does not take'],
  },
  {
    name: 'leaves at the survivor what brings the lost site online there',
    patches: [
      {
        file: LEFTOVERS,
        find: 'left.filter((each) => bringsOnline(each.name));',
        put: 'left.filter((each) => bringsOnline(each.name) && false);',
      },
    ],
    story: 'the passive site freezes, and a push of before hangs',
    kinds: ['slow', 'no answer', 'late'],
  },
  {
    name: 'takes the isolation for proven although a push from before may have undone it',
    patches: [
      {
        file: LEFTOVERS,
        find: "if (bringing.some(({ kind }) => kind === 'Batch')) {",
        put: "if (bringing.some(({ kind }) => kind === 'Batch') && false) {",
      },
      {
        file: FAILOVER,
        find: '"Next": "Prove it again"\n        }\n      ],\n      "Default": "Tell on-call"\n    },\n    "Count the looks"',
        put: '"Next": "Tell on-call"\n        }\n      ],\n      "Default": "Tell on-call"\n    },\n    "Count the looks"',
      },
    ],
    story: 'the passive site freezes, and a push of before hangs',
    kinds: ['slow', 'no answer', 'late'],
  },
];
