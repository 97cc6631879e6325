import { badRequest } from './status-error.ts';

type Labels = Readonly<Record<string, string>>;

/** @param selector only equality: `key=value,key=value` */
export function selects(selector: string): (labels: Labels) => boolean {
  const wanted = selector
    .split(',')
    .filter((each) => each !== '')
    .map((each) => {
      const parts = /^\s*([^\s=!]+)\s*==?\s*([^\s=!]*)\s*$/.exec(each);
      if (parts === null) throw badRequest(`unable to parse requirement: "${each}"`);
      return [parts[1]!, parts[2]!] as const;
    });
  return (labels) => wanted.every(([key, value]) => labels[key] === value);
}
