import { startClusterApi } from '../kubernetes/api.ts';
import type { RunJob } from '../kubernetes/batch-operator.ts';
import { ClusterModel } from '../kubernetes/model.ts';
import { EtcdFile } from './etcd-file.ts';
import { KeycloakDataGrid } from './keycloak-data-grid.ts';
import { KeycloakServer } from './keycloak-server.ts';
import type { SiteOrder, SiteReport, SiteSettings } from './messages.ts';

export interface Site {
  order(order: SiteOrder): void;
  close(): Promise<void>;
}

/**
 * One site but for its Infinispan server: the cluster's API with its operators, and Keycloak.
 * @param runJob what the container of a Batch does
 * @param report receives `ready` first, then what happens in the cluster
 */
export async function startSite(
  settings: SiteSettings,
  runJob: RunJob,
  report: (report: SiteReport) => void,
): Promise<Site> {
  const etcdFile = new EtcdFile(settings.directory);
  const before = etcdFile.read();
  const keycloak = new KeycloakServer(new KeycloakDataGrid(settings.dataGrid.port), settings.ports.keycloak);
  let tokens = settings.tokens;
  const waiting: SiteReport[] = [];
  let tell: typeof report = (each) => waiting.push(each);
  const model = new ClusterModel({
    namespace: settings.namespace,
    infinispan: settings.infinispan,
    keycloak: settings.keycloak,
    keycloakInstances: settings.keycloakInstances,
    ...(settings.times === undefined ? {} : { times: settings.times }),
    ...(before === null ? {} : { etcd: before }),
    runJob,
    onPolicy: (name, manifest) => tell({ type: 'policy', at: Date.now(), name, manifest }),
    onEvent: (event) => {
      const happened: SiteReport = { type: 'cluster', at: Date.now(), event };
      // Told when Keycloak has opened or closed: whoever hears of it may ask at once.
      if (event.kind === 'keycloak') void keycloak.follow(event).then(() => tell(happened));
      else tell(happened);
    },
    onDeclared: (etcd) => etcdFile.write(etcd),
  });
  etcdFile.write(model.etcd());
  await keycloak.follow(model.keycloak.counts());
  const api = await startClusterApi({
    model,
    tokens: () => tokens,
    port: settings.ports.api,
    certificate: await etcdFile.certificate(),
  });
  report({
    type: 'ready',
    ports: { api: api.port, keycloak: keycloak.port },
    certificateAuthority: api.certificateAuthority,
  });
  for (const each of waiting) report(each);
  tell = report;
  return {
    order(order) {
      if (order.type === 'tokens') tokens = order.tokens;
      else if (order.state === 'started') model.dataGrid.started();
      else model.dataGrid.stopped();
    },
    async close() {
      model.stop();
      await keycloak.follow({ ready: 0, pods: 0 });
      await api.close();
    },
  };
}
