import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  KubeConfig,
  type RequestContext,
  ServerConfiguration,
} from '@kubernetes/client-node';
import type { SiteConfiguration } from '../shared/configuration.ts';
import { FailoverError } from '../shared/errors.ts';
import type { ClusterToken } from './cluster-token.ts';
import { failureOfConnection, type Request, refusal, silence } from './refusals.ts';

export interface Apis {
  readonly authorization: AuthorizationV1Api;
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
}

type Ask = Omit<Request, 'site' | 'namespace' | 'token'>;

/**
 * One round of calls to a site's API under one time limit. `expected` names the answers that are an outcome for
 * the caller; those come back as null, all others as the errors of the port.
 */
export type Call = <Answer>(
  ask: Ask,
  work: (apis: Apis) => Promise<Answer>,
  expected?: (error: ApiException<unknown>) => boolean,
) => Promise<Answer | null>;

export class ClusterCalls {
  readonly #site: SiteConfiguration;
  readonly #token: ClusterToken;
  readonly #limitMilliseconds: number;

  constructor(site: SiteConfiguration, token: ClusterToken, limitMilliseconds: number) {
    this.#site = site;
    this.#token = token;
    this.#limitMilliseconds = limitMilliseconds;
  }

  /**
   * Runs `work` within the limit, which covers connecting, a server that accepts and then says nothing, and a
   * second try with a fresh token.
   */
  async within<Answer>(work: (call: Call) => Promise<Answer>): Promise<Answer> {
    const { name: site, cluster } = this.#site;
    const end = new AbortController();
    let asked: Request | null = null;
    const call: Call = async (ask, apiWork, expected = () => false) => {
      const { namespace, token: from } = cluster;
      const request: Request = { site, namespace, token: from.kind, ...ask };
      const token = await this.#token.read(false, end.signal);
      asked = request;
      try {
        try {
          return await this.#once(token, end.signal, request, apiWork);
        } catch (error) {
          if (!(error instanceof ApiException) || error.code !== 401) throw error;
          return await this.#once(await this.#token.read(true, end.signal), end.signal, request, apiWork);
        }
      } catch (error) {
        if (error instanceof FailoverError) throw error;
        if (end.signal.aborted) throw silence(request, this.#limitMilliseconds);
        if (error instanceof ApiException) {
          if (expected(error)) return null;
          throw refusal(request, error);
        }
        throw failureOfConnection(request, error) ?? error;
      }
    };
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        end.abort();
        // Before the token was there nothing was asked: Secrets Manager's silence is no sign of a lost site.
        if (asked !== null) reject(silence(asked, this.#limitMilliseconds));
      }, this.#limitMilliseconds);
    });
    try {
      return await Promise.race([work(call), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection of its own for each call: one that was kept may have died with the site, unnoticed. */
  async #once<Answer>(
    token: string,
    signal: AbortSignal,
    request: Request,
    work: (apis: Apis) => Promise<Answer>,
  ): Promise<Answer> {
    const { name, cluster } = this.#site;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      {
        name,
        server: cluster.apiServer,
        skipTLSVerify: false,
        ...(cluster.certificateAuthority === undefined
          ? {}
          : { caData: Buffer.from(cluster.certificateAuthority).toString('base64') }),
      },
      { name: 'failover', token },
    );
    let connection: ReturnType<RequestContext['getDispatcher']>;
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(cluster.apiServer, {}),
      authMethods: { default: kubeConfig },
      promiseMiddleware: [
        {
          pre: async (context) => {
            context.setSignal(signal);
            // Of the two kinds of patch that the client offers it would take the one that we do not send.
            if (request.verb === 'patch')
              context.setHeaderParam('Content-Type', 'application/merge-patch+json');
            connection = context.getDispatcher();
            return context;
          },
          post: async (context) => context,
        },
      ],
    });
    try {
      return await work({
        authorization: new AuthorizationV1Api(configuration),
        core: new CoreV1Api(configuration),
        custom: new CustomObjectsApi(configuration),
      });
    } finally {
      await connection?.destroy();
    }
  }
}
