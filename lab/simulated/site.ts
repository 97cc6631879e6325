import type { SiteName } from '../../functions/shared/names.ts';
import type { SessionAnswer, SessionRequest } from '../drill/world.ts';
import { InMemoryCluster } from '../kubernetes/in-memory-cluster.ts';
import { type ClusterEvent, ClusterModel, type ClusterModelOptions, type Etcd } from '../kubernetes/model.ts';
import { runCli } from './cli.ts';
import type { DataGridPair } from './data-grid.ts';

export interface SimulatedSiteOptions
  extends Pick<ClusterModelOptions, 'namespace' | 'infinispan' | 'keycloak' | 'keycloakInstances'> {
  readonly name: SiteName;
  readonly grid: DataGridPair;
  readonly dataGridPods: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Of each request, there and back. */
  readonly latencyMilliseconds: () => number;
  readonly onEvent: (event: ClusterEvent) => void;
}

/** A full restart of a server was measured at about 8 s. */
const SERVER_START_MILLISECONDS = 8_000;

/** One site: its cluster, its Keycloak and its half of the Data Grid, lost and brought back together. */
export class SimulatedSite {
  readonly cluster: InMemoryCluster;
  readonly #options: SimulatedSiteOptions;
  #model: ClusterModel;
  #delayMilliseconds = 0;
  #endpointIsBroken = false;
  #apiAwayUntil = 0;

  constructor(options: SimulatedSiteOptions) {
    this.#options = options;
    this.#model = this.#newModel();
    this.cluster = new InMemoryCluster(options.name, () => this.#model);
  }

  /** Another one after each restart. */
  get model(): ClusterModel {
    return this.#model;
  }

  get keycloakInstances(): number {
    return this.#model.keycloak.counts().declared;
  }

  freeze(): void {
    this.cluster.fault = 'silent';
    this.#model.freeze();
    this.#options.grid.freeze(this.#options.name);
  }

  thaw(): void {
    this.cluster.fault = 'none';
    this.#model.thaw();
    this.#options.grid.thaw(this.#options.name);
  }

  kill(): void {
    this.#stops();
    this.#options.grid.kill(this.#options.name);
  }

  shutDown(): void {
    this.#stops();
    this.#options.grid.leave(this.#options.name);
  }

  #stops(): void {
    this.cluster.fault = 'refusing';
    this.#model.stop();
  }

  /** The cluster's own objects are as before, the Data Grid comes up empty, Keycloak starts with it. */
  restart(): void {
    const { grid, name, sleep } = this.#options;
    const model = this.#newModel(this.#model.etcd());
    this.#model = model;
    model.dataGrid.stopped();
    this.cluster.fault = 'none';
    void sleep(SERVER_START_MILLISECONDS).then(() => {
      if (this.#model !== model || grid.site(name).running !== 'down') return;
      grid.restart(name);
      model.dataGrid.started();
    });
  }

  /** Its pods alone are new, all at once: the cluster and Keycloak stay up. */
  restartDataGrid(): void {
    const { grid, name, sleep } = this.#options;
    const model = this.#model;
    model.dataGrid.stopped();
    grid.kill(name);
    void sleep(SERVER_START_MILLISECONDS).then(() => {
      if (this.#model !== model || grid.site(name).running !== 'down') return;
      grid.restart(name);
      model.dataGrid.started();
    });
  }

  /** One pod of its Data Grid alone restarts; what it held is at the others still. */
  restartPod(): void {
    this.#model.dataGrid.oneStarted();
  }

  /** Until when its cluster's API is or was hidden, on the world's clock; 0: it never was. */
  get apiAwayUntil(): number {
    return this.#apiAwayUntil;
  }

  /** Nobody reaches its cluster's API for so long; the site itself is well. */
  hideApi(milliseconds: number): void {
    if (this.cluster.fault !== 'none') return;
    this.cluster.fault = 'silent';
    this.#apiAwayUntil = Date.now() + milliseconds;
    void this.#options.sleep(milliseconds).then(() => {
      if (this.cluster.fault === 'silent' && this.#options.grid.site(this.#options.name).running !== 'frozen')
        this.cluster.fault = 'none';
    });
  }

  /** Nobody reaches its Keycloak for so long; its cluster and its Data Grid are well. */
  breakEndpoint(milliseconds: number): void {
    this.#endpointIsBroken = true;
    void this.#options.sleep(milliseconds).then(() => this.mendEndpoint());
  }

  mendEndpoint(): void {
    this.#endpointIsBroken = false;
  }

  /** The operator lets no Batch begin for so long. */
  holdBatches(milliseconds: number): void {
    const { dataGrid } = this.#model;
    dataGrid.declare({ wellFormed: false });
    void this.#options.sleep(milliseconds).then(() => {
      if (this.#options.grid.site(this.#options.name).running !== 'down')
        dataGrid.declare({ wellFormed: true });
    });
  }

  /** The next Batch runs so much later. */
  delayNextBatch(milliseconds: number): void {
    this.#delayMilliseconds = milliseconds;
  }

  stop(): void {
    this.#model.stop();
  }

  /** `/lb-check`: asks the site's own Data Grid, so a stale site says UP. Never settles while the site is frozen. */
  isUp(): boolean | Promise<boolean> {
    const { grid, name } = this.#options;
    if (grid.site(name).running === 'frozen') return new Promise<never>(() => {});
    return this.couldServe;
  }

  /** Whoever came would be served. */
  get couldServe(): boolean {
    return this.#options.grid.site(this.#options.name).running === 'up' && this.#isReached();
  }

  /**
   * To Keycloak, which asks its Data Grid. What a frozen site holds of it is carried out when it goes on, where a Keycloak
   * is left to do so.
   */
  async request({ method, cache, key, value }: SessionRequest): Promise<SessionAnswer> {
    const { grid, name, sleep, latencyMilliseconds } = this.#options;
    await sleep(latencyMilliseconds());
    if (grid.site(name).running === 'frozen') await grid.alive(name);
    if (!this.#isReached()) return { kind: 'refused' };
    if (method === 'GET') {
      const found = await grid.read(name, cache, key);
      if (found === 'gone') return { kind: 'refused' };
      return { kind: 'answered', status: found === null ? 404 : 200, value: found?.value ?? null };
    }
    const answer = await grid.write(name, cache, key, method === 'PUT' ? value! : null);
    switch (answer) {
      case 'done':
        return { kind: 'answered', status: 204, value: null };
      case 'refused':
        return { kind: 'answered', status: 500, value: null };
      case 'gone':
        return { kind: 'refused' };
    }
  }

  #isReached(): boolean {
    return !this.#endpointIsBroken && this.cluster.fault !== 'refusing' && this.#model.keycloak.isServing;
  }

  #newModel(etcd?: Etcd): ClusterModel {
    const { name, grid, sleep, onEvent, namespace, infinispan, keycloak, keycloakInstances, dataGridPods } =
      this.#options;
    return new ClusterModel({
      namespace,
      infinispan,
      keycloak,
      keycloakInstances,
      dataGridPods,
      ...(etcd === undefined ? {} : { etcd }),
      runJob: async ({ script, signal }) => {
        const delay = this.#delayMilliseconds;
        this.#delayMilliseconds = 0;
        if (delay > 0) await sleep(delay);
        return runCli(grid, name, script, sleep, signal);
      },
      onPolicy: (policy, manifest) => {
        const why = `${policy} at ${name}`;
        if (manifest === null) grid.heal(why);
        else grid.cut(why);
      },
      onEvent,
    });
  }
}
