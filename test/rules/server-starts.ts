/** What servers and their entry points write when they do not start, what it says is wrong, and words of the line that says it. */
export const serverStarts: [server: string, kind: string | null, quote: string, log: string][] = [
  [
    "redis-client ruby",
    "host",
    "redis-main",
    `/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:104:in \`connect': Connection refused - connect(2) for redis-main:6379 (redis://redis-main:6379/0) (RedisClient::CannotConnectError)
	from /usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:51:in \`initialize'`,
  ],
  [
    "ruby tcp connect",
    "host",
    "search",
    `/usr/local/lib/ruby/3.3.0/socket.rb:1:in \`initialize': Failed to open TCP connection to search:9200 (Connection refused - connect(2) for "search" port 9200) (Errno::ECONNREFUSED)
	from /app/a.rb:3:in \`<main>'`,
  ],
  [
    "sidekiq",
    "host",
    "10.96.3.3",
    `2026-11-27T03:00:03.123Z pid=1 tid=abc INFO: Booting Sidekiq 7.3.0 with Sidekiq::Config::DEFAULT_OPTIONS
Connection refused - connect(2) for 10.96.3.3:6379 (redis://10.96.3.3:6379)
/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:104:in \`connect'`,
  ],
  [
    "httpd bind",
    "permission",
    "could not bind",
    `(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80
(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:80
no listening sockets available, shutting down
AH00015: Unable to open logs`,
  ],
  [
    "httpd bind taken",
    "port-taken",
    "could not bind",
    `(98)Address already in use: AH00072: make_sock: could not bind to address [::]:8080
(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:8080
no listening sockets available, shutting down
AH00015: Unable to open logs`,
  ],
  [
    "httpd config",
    null,
    "AH00526",
    `AH00526: Syntax error on line 12 of /usr/local/apache2/conf/httpd.conf:
Invalid command 'ProxyPas', perhaps misspelled or defined by a module not included in the server configuration`,
  ],
  [
    "httpd log",
    "permission",
    "AH00091",
    `(13)Permission denied: AH00091: httpd: could not open error log file /usr/local/apache2/logs/error_log.
AH00015: Unable to open logs`,
  ],
  [
    "loki",
    "permission",
    "mkdir /wal",
    `level=info ts=2026-11-27T03:00:03.1Z caller=main.go:120 msg="Starting Loki" version="(version=3.1.0)"
level=error ts=2026-11-27T03:00:03.2Z caller=log.go:216 msg="error running loki" err="mkdir /wal: read-only file system\\nerror initialising module: ingester\\ngithub.com/grafana/dskit/modules.(*Manager).initModule\\n\\t/src/loki/vendor/github.com/grafana/dskit/modules/modules.go:138\\nmain.main\\n\\t/src/loki/cmd/loki/main.go:129"`,
  ],
  [
    "loki2",
    "permission",
    "mkdir /loki",
    `mkdir /loki: permission denied
error creating index client
github.com/grafana/loki/v3/pkg/storage.NewStore
	/src/loki/pkg/storage/store.go:126
error initialising module: store`,
  ],
  [
    "minio access",
    "permission",
    "file access denied",
    `ERROR Unable to initialize backend: Unable to write to the backend: file access denied
      > Please ensure MinIO has write permissions for the backend.`,
  ],
  [
    "minio fatal",
    "permission",
    "drive access denied",
    `FATAL Unable to use the drive /data: drive access denied: Invalid arguments specified`,
  ],
  [
    "minio perm",
    "permission",
    "file access denied",
    `API: SYSTEM()
Time: 03:00:00 UTC 11/27/2026
Error: Unable to initialize config system: file access denied (*fmt.wrapError)`,
  ],
  [
    "hasura",
    "variable",
    "Required: --database-url",
    `{"type":"startup","timestamp":"2026-11-27T03:00:03.000+0000","level":"info","detail":{"kind":"server_configuration","info":{}}}
Fatal Error:- Required: --database-url or HASURA_GRAPHQL_DATABASE_URL or HASURA_GRAPHQL_METADATA_DATABASE_URL`,
  ],
  [
    "cockroach certs",
    "certificate",
    "problem with CA certificate",
    `*
* ERROR: cannot load certificates.
* Check your certificate settings, set --certs-dir, or use --insecure for insecure clusters.
*
* problem with CA certificate: not found
*
ERROR: cannot load certificates.
Check your certificate settings, set --certs-dir, or use --insecure for insecure clusters.

problem with CA certificate: not found
Failed running "start"`,
  ],
  [
    "cockroach node cert",
    "certificate",
    "problem with node certificate",
    `ERROR: cannot load certificates.
Check your certificate settings, set --certs-dir, or use --insecure for insecure clusters.

failed to start server: problem with node certificate: not found
Failed running "start"`,
  ],
  [
    "sonarqube",
    "descriptors",
    "max_map_count",
    `2026.11.27 03:00:03 INFO  app[][o.s.a.SchedulerImpl] Starting elasticsearch
ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
ERROR: Elasticsearch did not exit normally - check the logs at /opt/sonarqube/logs/sonarqube.log
2026.11.27 03:00:20 INFO  es[][o.e.n.Node] stopping ...
2026.11.27 03:00:20 INFO  es[][o.e.n.Node] stopped
2026.11.27 03:00:20 INFO  es[][o.e.n.Node] closing ...
2026.11.27 03:00:20 INFO  es[][o.e.n.Node] closed
2026.11.27 03:00:20 WARN  app[][o.s.a.p.AbstractManagedProcess] Process exited with exit value [ElasticSearch]: 78
2026.11.27 03:00:20 INFO  app[][o.s.a.SchedulerImpl] Process[ElasticSearch] is stopped
2026.11.27 03:00:20 INFO  app[][o.s.a.SchedulerImpl] SonarQube is stopped`,
  ],
  [
    "oauth2-proxy",
    "variable",
    "cookie-secret",
    `[2026/11/27 03:00:03] [main.go:59] invalid configuration:
  missing setting: cookie-secret or cookie-secret-file
  missing setting: client-secret or client-secret-file
  missing setting: email-domain`,
  ],
  [
    "oauth2-proxy2",
    null,
    "cookie_secret must be",
    `Error: invalid configuration:
  cookie_secret must be 16, 24, or 32 bytes to create an AES cipher, but is 5 bytes`,
  ],
  [
    "neo4j",
    "variable",
    "minimum password length",
    `Invalid value for password. The minimum password length is 8 characters.
If Neo4j fails to start, you can:
1) Use a stronger password.
2) Set configuration dbms.security.auth_minimum_password_length to override the minimum password length requirement.
3) Set environment variable NEO4J_dbms_security_auth__minimum__password__length to override the minimum password length requirement.`,
  ],
  [
    "rabbit config",
    null,
    "You've tried to set cluster_formtion.x",
    `2026-11-27 03:00:03.123456+00:00 [error] <0.130.0> You've tried to set cluster_formtion.x, but there is no setting with that name.
2026-11-27 03:00:03.123456+00:00 [error] <0.130.0>   Did you mean one of these?
2026-11-27 03:00:03.123456+00:00 [error] <0.130.0>     cluster_formation.x
2026-11-27 03:00:03.123456+00:00 [error] <0.130.0> Error generating configuration in phase transform_datatypes
2026-11-27 03:00:03.123456+00:00 [error] <0.130.0> Error preparing configuration in phase validation:
2026-11-27 03:00:03.123456+00:00 [error] <0.130.0>   - x

BOOT FAILED
===========
Error during startup: {error,failed_to_prepare_configuration}

2026-11-27 03:00:03.223456+00:00 [error] <0.130.0> 
2026-11-27 03:00:03.223456+00:00 [error] <0.130.0> BOOT FAILED
2026-11-27 03:00:03.223456+00:00 [error] <0.130.0> ===========
2026-11-27 03:00:03.223456+00:00 [error] <0.130.0> Error during startup: {error,failed_to_prepare_configuration}
2026-11-27 03:00:03.223456+00:00 [error] <0.130.0> `,
  ],
  [
    "keycloak",
    "variable",
    "no hostname setting",
    `2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to start server in (production) mode
2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Strict hostname resolution configured but no hostname setting provided
2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) For more details run the same command passing the '--verbose' option. Also you can use '--help' to see the details about the usage of the particular command.`,
  ],
  [
    "keycloak db",
    "host",
    "keycloak-db:5432",
    `2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to start server in (production) mode
2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to obtain JDBC connection
2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Connection to keycloak-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
2026-11-27 03:00:03,000 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) For more details run the same command passing the '--verbose' option. Also you can use '--help' to see the details about the usage of the particular command.`,
  ],
  [
    "vault",
    null,
    "illegal character",
    `error loading configuration from /vault/config/vault.hcl: At 3:1: illegal character`,
  ],
  [
    "vault seal",
    "permission",
    "vault.db",
    `Error initializing storage of type raft: failed to create fsm: failed to open bolt file: open /vault/data/vault.db: permission denied
2026-11-27T03:00:03.000Z [INFO]  proxy environment: http_proxy="" https_proxy="" no_proxy=""`,
  ],
  [
    "consul",
    "permission",
    "node-id",
    `==> failed to setup node ID: failed to write NodeID to disk: open /consul/data/node-id: permission denied`,
  ],
  [
    "etcd",
    "permission",
    "/var/lib/etcd",
    `{"level":"fatal","ts":"2026-11-27T03:00:03.000Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"cannot access data directory: mkdir /var/lib/etcd: permission denied","stacktrace":"go.etcd.io/etcd/server/v3/etcdmain.startEtcdOrProxyV2\\n\\tgo.etcd.io/etcd/server/v3/etcdmain/etcd.go:204"}`,
  ],
  [
    "traefik",
    "permission",
    "listen tcp :80",
    `{"level":"error","error":"command traefik error: error while building entryPoint web: error preparing listener: error opening listener: listen tcp :80: bind: permission denied","time":"2026-11-27T03:00:03Z","message":"Command error"}`,
  ],
  ["traefik2", null, "entryPoint", `2026/11/27 03:00:03 command traefik error: field not found, node: entryPoint`],
  [
    "haproxy",
    "host",
    "api-backend",
    `[NOTICE]   (1) : haproxy version is 2.8.3
[ALERT]    (1) : config : [/usr/local/etc/haproxy/haproxy.cfg:12] : 'server web/s1' : could not resolve address 'api-backend'.
[ALERT]    (1) : config : Failed to initialize server(s) addr.`,
  ],
  [
    "haproxy2",
    "permission",
    "cannot bind socket",
    `[ALERT]    (1) : Binding [/usr/local/etc/haproxy/haproxy.cfg:9] for frontend web: cannot bind socket (Permission denied) for [0.0.0.0:80]
[ALERT]    (1) : [haproxy.main()] Some protocols failed to start their listeners! Exiting.`,
  ],
  [
    "haproxy3",
    "file",
    "site.pem",
    `[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:9] : unable to stat SSL certificate from file '/etc/ssl/site.pem' : No such file or directory.
[ALERT]    (1) : config : Error(s) found in configuration file : /usr/local/etc/haproxy/haproxy.cfg
[ALERT]    (1) : config : Fatal errors found in configuration.`,
  ],
  [
    "envoy2",
    "permission",
    "cannot bind",
    `[2026-11-27 03:00:03.000][1][critical][main] [source/server/server.cc:414] error initializing config '  /etc/envoy/envoy.yaml': cannot bind '0.0.0.0:80': Permission denied`,
  ],
  [
    "grafana",
    "permission",
    "/var/lib/grafana",
    `GF_PATHS_DATA='/var/lib/grafana' is not writable.
You may have issues with file permissions, more information here: http://docs.grafana.org/installation/docker/#migrate-to-v51-or-later
mkdir: can't create directory '/var/lib/grafana/plugins': Permission denied`,
  ],
  [
    "grafana2",
    "host",
    "grafana-db",
    `logger=settings t=2026-11-27T03:00:03Z level=info msg="Starting Grafana" version=11.0.0
Error: ✗ failed to connect to database: dial tcp: lookup grafana-db on 10.96.0.10:53: no such host`,
  ],
  [
    "prometheus2",
    "permission",
    "queries.active",
    `ts=2026-11-27T03:00:03.000Z caller=query_logger.go:114 level=error component=activeQueryTracker msg="Error opening query log file" file=/prometheus/queries.active err="open /prometheus/queries.active: permission denied"
panic: Unable to create mmap-ed active query log

goroutine 1 [running]:
github.com/prometheus/prometheus/promql.NewActiveQueryTracker({0x7ffd, 0xb}, 0x14, {0x3b, 0xc})
	/app/promql/query_logger.go:123 +0x42d
main.main()
	/app/cmd/prometheus/main.go:645 +0x7812`,
  ],
  [
    "mongo",
    "port-taken",
    "Error setting up listener",
    `{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"E","c":"STORAGE","id":20568,"ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"Address already in use"}}}
{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"I","c":"CONTROL","id":23138,"ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":48}}`,
  ],
  [
    "mongo2",
    "permission",
    "/data/db",
    `{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"E","c":"STORAGE","id":20557,"ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}
{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"I","c":"REPL","id":4784900,"ctx":"initandlisten","msg":"Stepping down the ReplicationCoordinator for shutdown","attr":{"waitTimeMillis":15000}}
{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"I","c":"CONTROL","id":23138,"ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":100}}`,
  ],
  [
    "mongo4",
    "permission",
    "keyfile",
    `{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"F","c":"CONTROL","id":20575,"ctx":"main","msg":"Error creating service context","attr":{"error":"Location5579201: Unable to acquire security key[s]"}}
{"t":{"$date":"2026-11-27T03:00:03.000+00:00"},"s":"E","c":"ACCESS","id":20254,"ctx":"main","msg":"Read security file failed","attr":{"error":{"code":30,"codeName":"InvalidPath","errmsg":"permissions on /etc/mongo/keyfile are too open"}}}`,
  ],
  [
    "cassandra",
    null,
    "Unable to gossip",
    `ERROR [main] 2026-11-27 03:00:03,000 CassandraDaemon.java:900 - Exception encountered during startup
java.lang.RuntimeException: Unable to gossip with any peers
	at org.apache.cassandra.gms.Gossiper.doShadowRound(Gossiper.java:1935)
	at org.apache.cassandra.service.CassandraDaemon.main(CassandraDaemon.java:890)`,
  ],
  [
    "cassandra2",
    "permission",
    "Insufficient permissions",
    `ERROR [main] 2026-11-27 03:00:03,000 DirectoryLocations.java:1 - Doesn't have write permissions for /var/lib/cassandra/data directory
ERROR [main] 2026-11-27 03:00:03,000 CassandraDaemon.java:810 - Insufficient permissions on directory /var/lib/cassandra/data`,
  ],
  [
    "nats2",
    "port-taken",
    "4222",
    `[1] 2026/11/27 03:00:03.000000 [INF] Starting nats-server
[1] 2026/11/27 03:00:03.000000 [FTL] Error listening on port: 0.0.0.0:4222, "listen tcp 0.0.0.0:4222: bind: address already in use"`,
  ],
  [
    "nats3",
    "permission",
    "/data/jetstream",
    `[1] 2026/11/27 03:00:03.000000 [INF] Starting nats-server
[1] 2026/11/27 03:00:03.000000 [FTL] Can't start JetStream: could not create storage directory - mkdir /data/jetstream: permission denied`,
  ],
  [
    "clickhouse",
    "permission",
    "owner of the data",
    `Processing configuration file '/etc/clickhouse-server/config.xml'.
Application: DB::Exception: Effective user of the process (root) does not match the owner of the data (clickhouse). Run under 'sudo -u clickhouse'.`,
  ],
  [
    "clickhouse2",
    "host",
    "zookeeper:2181",
    `2026.11.27 03:00:03.000000 [ 1 ] {} <Error> Application: Caught exception while loading metadata: Code: 210. DB::NetException: Connection refused (zookeeper:2181). (NETWORK_ERROR)
2026.11.27 03:00:03.000000 [ 1 ] {} <Information> Application: shutting down`,
  ],
  [
    "clickhouse3",
    "permission",
    "/var/lib/clickhouse/status",
    `2026.11.27 03:00:03.000000 [ 1 ] {} <Error> Application: DB::ErrnoException: Cannot create file: /var/lib/clickhouse/status, errno: 13, strerror: Permission denied`,
  ],
  [
    "airflow",
    null,
    "initialize the database",
    `ERROR: You need to initialize the database. Please run \`airflow db init\`. Make sure the command is run using Airflow version 2.9.0.`,
  ],
  [
    "celery",
    "host",
    "rabbit:5672",
    `[2026-11-27 03:00:03,000: ERROR/MainProcess] consumer: Cannot connect to amqp://app:**@rabbit:5672//: [Errno 111] Connection refused.
Trying again in 2.00 seconds... (1/100)`,
  ],
  [
    "celery2",
    "credential",
    "ACCESS_REFUSED",
    `[2026-11-27 03:00:03,000: CRITICAL/MainProcess] Unrecoverable error: AccessRefused(403, "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.", (0, 0), '')`,
  ],
  [
    "gunicorn",
    "port-taken",
    "Connection in use",
    `[2026-11-27 03:00:03 +0000] [1] [INFO] Starting gunicorn 22.0.0
[2026-11-27 03:00:03 +0000] [1] [ERROR] Retrying in 1 second.
[2026-11-27 03:00:03 +0000] [1] [ERROR] Connection in use: ('0.0.0.0', 8000)
[2026-11-27 03:00:03 +0000] [1] [ERROR] Can't connect to ('0.0.0.0', 8000)`,
  ],
  [
    "uwsgi",
    "module",
    "flask",
    `*** Operational MODE: single process ***
Traceback (most recent call last):
  File "/app/wsgi.py", line 4, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'
unable to load app 0 (mountpoint='') (callable not found or import error)
*** no app loaded. GAME OVER ***`,
  ],
  ["uwsgi2", "permission", "uwsgi.sock", `open("/var/run/uwsgi.sock"): Permission denied [core/socket.c line 769]`],
  [
    "puma",
    "variable",
    "SECRET_TOKEN",
    `[1] Puma starting in cluster mode...
[1] ! Unable to load application: KeyError: key not found: "SECRET_TOKEN"
/app/config/puma.rb:3:in \`fetch': key not found: "SECRET_TOKEN" (KeyError)
	from /app/config/puma.rb:3:in \`<main>'`,
  ],
  [
    "puma2",
    "permission",
    "bind(2)",
    `bundler: failed to load command: puma (/usr/local/bundle/bin/puma)
/usr/local/bundle/gems/puma-6.4.2/lib/puma/binder.rb:342:in \`initialize': Permission denied - bind(2) for "0.0.0.0" port 80 (Errno::EACCES)
	from /usr/local/bundle/gems/puma-6.4.2/lib/puma/binder.rb:342:in \`new'`,
  ],
  [
    "php-fpm",
    null,
    "cannot get uid",
    `[27-Nov-2026 03:00:03] ERROR: [pool www] cannot get uid for user 'nginx'
[27-Nov-2026 03:00:03] ERROR: FPM initialization failed`,
  ],
  [
    "php-fpm2",
    "permission",
    "php-fpm.sock",
    `[27-Nov-2026 03:00:03] ERROR: unable to bind listening socket for address '/run/php/php-fpm.sock': Permission denied (13)
[27-Nov-2026 03:00:03] ERROR: FPM initialization failed`,
  ],
  [
    "php-fpm3",
    "file",
    "error.log",
    `[27-Nov-2026 03:00:03] ERROR: failed to open error_log (/var/log/php-fpm/error.log): No such file or directory (2)
[27-Nov-2026 03:00:03] ERROR: failed to post process the configuration
[27-Nov-2026 03:00:03] ERROR: FPM initialization failed`,
  ],
  [
    "tomcat",
    "port-taken",
    "Address already in use",
    `27-Nov-2026 03:00:03.000 SEVERE [main] org.apache.catalina.core.StandardService.initInternal Failed to initialize connector [Connector["http-nio-8080"]]
	org.apache.catalina.LifecycleException: Protocol handler initialization failed
		at org.apache.catalina.connector.Connector.initInternal(Connector.java:1051)
	Caused by: java.net.BindException: Address already in use
		at java.base/sun.nio.ch.Net.bind0(Native Method)
27-Nov-2026 03:00:03.100 INFO [main] org.apache.catalina.startup.Catalina.load Server initialization in [300] milliseconds`,
  ],
  [
    "quarkus",
    "variable",
    "payment.api.key",
    `2026-11-27 03:00:03,000 ERROR [io.qua.run.Application] (main) Failed to start application: java.lang.RuntimeException: Failed to start quarkus
	at io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
Caused by: io.smallrye.config.ConfigValidationException: Configuration validation failed:
	java.util.NoSuchElementException: SRCFG00014: The config property payment.api.key is required but it could not be found in any config source
	at io.smallrye.config.ConfigMappingProvider.mapConfigurationInternal(ConfigMappingProvider.java:1)`,
  ],
  [
    "harbor",
    "host",
    "harbor-db",
    `2026-11-27T03:00:03Z [INFO] [/common/dao/base.go:67]: Registering database: type-PostgreSQL host-harbor-db port-5432
2026-11-27T03:01:03Z [ERROR] [/common/utils/utils.go:108]: failed to connect to tcp://harbor-db:5432, retry after 2 seconds :dial tcp: lookup harbor-db on 10.96.0.10:53: no such host
2026-11-27T03:01:03Z [FATAL] [/core/main.go:182]: failed to initialize database: failed to connect to tcp:harbor-db:5432 after 60 seconds`,
  ],
  [
    "gitea",
    "permission",
    "run as root",
    `2026/11/27 03:00:03 ...s/setting/setting.go:1:loadRunModeFrom() [F] Gitea is not supposed to be run as root. Sorry.`,
  ],
  [
    "gitea2",
    "host",
    "gitea-db",
    `2026/11/27 03:00:03 routers/common/db.go:36:InitDBEngine() [E] ORM engine initialization attempt #10/10 failed. Error: dial tcp: lookup gitea-db: no such host
2026/11/27 03:00:06 routers/init.go:69:mustInitCtx() [F] code.gitea.io/gitea/routers/common.InitDBEngine(ctx) failed: dial tcp: lookup gitea-db: no such host`,
  ],
  [
    "temporal",
    "credential",
    "temporal",
    `Unable to start server. Error: sql schema version compatibility check failed: pq: password authentication failed for user "temporal"`,
  ],
  [
    "zookeeper",
    null,
    "/data/myid file is missing",
    `2026-11-27 03:00:03,000 [myid:] - ERROR [main:o.a.z.s.q.QuorumPeerMain@99] - Invalid config, exiting abnormally
org.apache.zookeeper.server.quorum.QuorumPeerConfig$ConfigException: Error processing /conf/zoo.cfg
	at org.apache.zookeeper.server.quorum.QuorumPeerConfig.parse(QuorumPeerConfig.java:198)
Caused by: java.lang.IllegalArgumentException: /data/myid file is missing
	at org.apache.zookeeper.server.quorum.QuorumPeerConfig.setupMyId(QuorumPeerConfig.java:1)
Invalid config, exiting abnormally`,
  ],
  [
    "zookeeper2",
    null,
    "Unable to create data directory",
    `2026-11-27 03:00:03,000 [myid:] - ERROR [main:o.a.z.s.ZooKeeperServerMain@86] - Unable to access datadir, exiting abnormally
org.apache.zookeeper.server.persistence.FileTxnSnapLog$DatadirException: Unable to create data directory /data/version-2
	at org.apache.zookeeper.server.persistence.FileTxnSnapLog.<init>(FileTxnSnapLog.java:135)
Unable to access datadir, exiting abnormally`,
  ],
  [
    "elastic dir",
    "permission",
    "node.lock",
    `uncaught exception in thread [main]
java.lang.IllegalStateException: failed to obtain node locks, tried [/usr/share/elasticsearch/data]; maybe these locations are not writable or multiple nodes were started on the same data path?
Likely root cause: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/node.lock
	at java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)
	at org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:292)
For complete error details, refer to the log at /usr/share/elasticsearch/logs/docker-cluster.log`,
  ],
  [
    "elastic2",
    null,
    "default discovery settings",
    `{"@timestamp":"2026-11-27T03:00:03.000Z", "log.level":"ERROR", "message":"node validation exception\\n[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.\\nbootstrap check failure [1] of [1]: the default discovery settings are unsuitable for production use; at least one of [discovery.seed_hosts, discovery.seed_providers, cluster.initial_master_nodes] must be configured"}
ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/docker-cluster.log`,
  ],
  [
    "postgres pw",
    "variable",
    "POSTGRES_PASSWORD",
    `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".`,
  ],
  [
    "mariadb pw",
    "variable",
    "MARIADB_ROOT_PASSWORD",
    `2026-11-27 03:00:03+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
	You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD`,
  ],
  [
    "mongo express",
    "host",
    "/dev/tcp/mongo",
    `/docker-entrypoint.sh: line 15: /dev/tcp/mongo/27017: Connection refused
Wed Nov 27 03:00:03 UTC 2026 retrying to connect to mongo:27017 (5/5)`,
  ],
  [
    "kafka cp",
    "permission",
    "dub path",
    `===> Running preflight checks ... 
===> Check if /var/lib/kafka/data is writable ...
Command [/usr/local/bin/dub path /var/lib/kafka/data writable] FAILED !`,
  ],
  [
    "kafka cp2",
    "variable",
    "KAFKA_ZOOKEEPER_CONNECT",
    `KAFKA_ZOOKEEPER_CONNECT is required.
Command [/usr/local/bin/dub ensure KAFKA_ZOOKEEPER_CONNECT] FAILED !`,
  ],
  [
    "wordpress",
    "host",
    "mysql",
    `MySQL Connection Error: (2002) php_network_getaddresses: getaddrinfo for mysql failed: Name or service not known`,
  ],
  [
    "fluentbit",
    null,
    "plugin name that doesn't exist",
    `[2026/11/27 03:00:03] [error] [config] section 'es' tried to instance a plugin name that doesn't exist
[2026/11/27 03:00:03] [error] configuration file contains errors, aborting.`,
  ],
  [
    "logstash",
    "permission",
    "not writable",
    `[2026-11-27T03:00:03,000][FATAL][logstash.runner          ] An unexpected error occurred! {:error=>#<ArgumentError: Path "/usr/share/logstash/data" must be a writable directory. It is not writable.>, :backtrace=>["/usr/share/logstash/logstash-core/lib/logstash/settings.rb:550:in \`validate'"]}
[2026-11-27T03:00:03,000][FATAL][org.logstash.Logstash    ] Logstash stopped processing because of an error: (SystemExit) exit
org.jruby.exceptions.SystemExit: (SystemExit) exit
	at org.jruby.RubyKernel.exit(org/jruby/RubyKernel.java:808) ~[jruby.jar:?]`,
  ],
  [
    "jenkins",
    "permission",
    "jenkins_home",
    `touch: cannot touch '/var/jenkins_home/copy_reference_file.log': Permission denied
Can not write to /var/jenkins_home/copy_reference_file.log. Wrong volume permissions?`,
  ],
  [
    "minio creds",
    "variable",
    "MINIO_ROOT_USER",
    `FATAL Unable to validate credentials inherited from the shell environment: Invalid credentials
      > Please provide correct credentials
HINT:
  MINIO_ROOT_USER length should be at least 3, and MINIO_ROOT_PASSWORD length at least 8 characters`,
  ],
  [
    "registry",
    "file",
    "config.yml",
    `configuration error: open /etc/docker/registry/config.yml: no such file or directory`,
  ],
  [
    "dex",
    "host",
    "10.96.5.5:5432",
    `failed to initialize storage: failed to perform migrations: creating migration table: dial tcp 10.96.5.5:5432: connect: connection refused`,
  ],
  [
    "nginx unpriv",
    "permission",
    "client_temp",
    `nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)`,
  ],
  ["memcached2", "port-taken", "11211", `failed to listen on TCP port 11211: Address already in use`],
  [
    "pgbouncer",
    "file",
    "pgbouncer.ini",
    `2026-11-27 03:00:03.000 UTC [1] ERROR cannot open config file "/etc/pgbouncer/pgbouncer.ini"
2026-11-27 03:00:03.000 UTC [1] FATAL cannot load config file`,
  ],
  [
    "ghost",
    "host",
    "10.96.8.8",
    `[2026-11-27 03:00:03] ERROR connect ECONNREFUSED 10.96.8.8:3306

"Unknown database error"

Error ID:
    500

Error Code: 
    ECONNREFUSED
----------------------------------------

Error: connect ECONNREFUSED 10.96.8.8:3306
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)

[2026-11-27 03:00:03] WARN Ghost is shutting down`,
  ],
  [
    "influx",
    "permission",
    "influxd.bolt",
    `ts=2026-11-27T03:00:03.000000Z lvl=error msg="Failed to open bolt" log_id=0x service=bolt path=/var/lib/influxdb2/influxd.bolt error="unable to open boltdb file open /var/lib/influxdb2/influxd.bolt: permission denied"
Error: unable to open boltdb: unable to open boltdb file open /var/lib/influxdb2/influxd.bolt: permission denied`,
  ],
  [
    "vector",
    "variable",
    "LOKI_TOKEN",
    `2026-11-27T03:00:03.000000Z ERROR vector::cli: Configuration error. error=Missing environment variable in config. name = "LOKI_TOKEN"`,
  ],
  [
    "grafana",
    "permission",
    "is not writable",
    `GF_PATHS_DATA='/var/lib/grafana' is not writable.
You may have issues with file permissions, more information here: http://docs.grafana.org/installation/docker/#migrate-to-v51-or-later`,
  ],
];
