import type { GetSecretValueCommandInput } from '@aws-sdk/client-secrets-manager';
import { NotModelledError, type Service, ServiceFault } from './service.ts';

/**
 * Secrets Manager with secrets that are strings.
 * Not modelled: versions and stages, binary secrets, rotation (set another value), encryption, permissions.
 */
export class Secrets {
  readonly service: Service = {
    name: 'Secrets Manager',
    operations: { GetSecretValue: (input: GetSecretValueCommandInput) => this.#get(input) },
  };
  readonly #values: Map<string, string>;

  /** @param values by the secret's id, as the configuration names it */
  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  set(id: string, value: string): void {
    this.#values.set(id, value);
  }

  #get({ SecretId = '', VersionId, VersionStage }: GetSecretValueCommandInput) {
    if (VersionId !== undefined || (VersionStage ?? 'AWSCURRENT') !== 'AWSCURRENT') {
      throw new NotModelledError('GetSecretValue of another version than the current one');
    }
    const value = this.#values.get(SecretId);
    if (value === undefined) {
      throw new ServiceFault(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
        400,
      );
    }
    return { ARN: SecretId, Name: SecretId, SecretString: value, VersionStages: ['AWSCURRENT'] };
  }
}
