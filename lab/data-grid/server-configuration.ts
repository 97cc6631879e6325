import type { SiteName } from '../../functions/shared/names.ts';

export interface BridgeAddress {
  readonly host: string;
  readonly port: number;
}

export interface SitePorts {
  /** REST, and the address that the CLI connects to. */
  readonly rest: number;
  /** Where the server itself listens for the other site. */
  readonly bridge: number;
  /** JGroups within the site, which has one node. */
  readonly local: number;
}

export interface ServerConfigurationOptions {
  readonly site: SiteName;
  readonly ports: SitePorts;
  /** How the other site reaches this one: through this site's proxy. */
  readonly advertised: BridgeAddress;
  /** The proxies of both sites. */
  readonly members: readonly BridgeAddress[];
}

const hosts = (addresses: readonly BridgeAddress[]): string =>
  addresses.map(({ host, port }) => `${host}[${port}]`).join(',');

/**
 * Configuration of one site's server, everything on loopback and without authentication: for a lab only.
 *
 * FD_SOCK2 is left out of both stacks. It would listen on all interfaces, its port would go past the proxy, and
 * it would notice a dead process at once, which no zone that lost its power does.
 */
export function infinispanXml({ site, ports, advertised, members }: ServerConfigurationOptions): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<infinispan xmlns="urn:infinispan:config:16.0" xmlns:server="urn:infinispan:server:16.0"
            xmlns:jgroups="urn:org:jgroups">
  <jgroups>
    <stack name="bridge" extends="tcp">
      <TCP bind_addr="127.0.0.1" bind_port="${ports.bridge}" port_range="0"
           external_addr="${advertised.host}" external_port="${advertised.port}"/>
      <TCPPING initial_hosts="${hosts(members)}" port_range="0"
               stack.combine="REPLACE" stack.position="MPING"/>
      <FD_SOCK2 stack.combine="REMOVE"/>
    </stack>
    <stack name="local" extends="tcp">
      <TCP bind_addr="127.0.0.1" bind_port="${ports.local}" port_range="0"/>
      <TCPPING initial_hosts="127.0.0.1[${ports.local}]" port_range="0"
               stack.combine="REPLACE" stack.position="MPING"/>
      <FD_SOCK2 stack.combine="REMOVE"/>
      <relay.RELAY2 site="${site}" max_site_masters="1"/>
      <remote-sites default-stack="bridge">
        <remote-site name="site-a"/>
        <remote-site name="site-b"/>
      </remote-sites>
    </stack>
  </jgroups>
  <cache-container name="default" statistics="true">
    <transport cluster="${site}" stack="local" node-name="${site}-0"/>
  </cache-container>
  <server xmlns="urn:infinispan:server:16.0">
    <interfaces>
      <interface name="loopback"><inet-address value="127.0.0.1"/></interface>
    </interfaces>
    <socket-bindings default-interface="loopback" port-offset="0">
      <socket-binding name="default" port="${ports.rest}"/>
    </socket-bindings>
    <endpoints socket-binding="default"/>
  </server>
</infinispan>
`;
}

/** Views, starts and faults, one line each, on the server's standard output. */
export const LOG4J_XML = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration name="Lab" status="WARN" monitorInterval="0">
  <Appenders>
    <Console name="STDOUT">
      <PatternLayout pattern="%d{HH:mm:ss,SSS} %-5p [%c{1}] %m%n%xEx{8}"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="INFO"><AppenderRef ref="STDOUT"/></Root>
  </Loggers>
</Configuration>
`;
