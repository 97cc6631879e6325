import * as v from 'valibot';
import { matching } from '../../infra/configuration/schema.ts';

/** A name of something in the namespace: a Secret, an ingress class. */
export const nameInNamespace = (description: string) =>
  matching(
    /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'a name as Kubernetes takes it, as connect-secret',
    description,
  );

export const keyInSecret = (description: string) =>
  matching(/^[-._a-zA-Z0-9]{1,253}$/, 'a key as a Secret takes it, as keystore.p12', description);

/** Something of each site, by the site's name. */
export const ofSites = <const Schema extends v.GenericSchema>(schema: Schema) => v.record(v.string(), schema);

export const wholeNumber = (atLeast: number, atMost: number, description: string) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(atLeast, `must be at least ${atLeast}`),
    v.maxValue(atMost, `must be at most ${atMost}`),
    v.description(description),
  );
