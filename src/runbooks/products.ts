/** Names of programs and services. A page that does not know the one that was named is hardly about it. */
export const products: ReadonlySet<string> = new Set(
  `aerospike citrix db2 drupal gluster glusterfs hana hive icinga intune jboss longhorn magento mssql nagios neo4j netapp nifi puppet sharepoint squid teradata varnish veeam velero weblogic websphere wordpress zabbix activemq airflow bgp couchdb esxi hdfs nomad openshift pulsar rancher scylla vsphere ansible argo argocd cassandra ceph clickhouse cockroachdb confluence consul couchbase dynamodb elasticsearch etcd flink flux
fluentd github gitlab gmail grafana hadoop haproxy harbor influxdb istio jenkins jira kafka keycloak kibana kong linkerd logstash mariadb memcached
minio mongodb mysql nats okta opensearch oracle outlook postgres postgresql prometheus rabbitmq redis salesforce sap sentry slack
snowflake solr spark sqlserver stripe teams temporal terraform tomcat traefik trino twilio vault vmware windows zookeeper zoom`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
