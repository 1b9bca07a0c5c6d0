/** Stores, queues and runtimes. */
export const data = `
database: database | db | postgres | postgresql | pg | mysql | mariadb | mongodb | mongo | sql | rds | aurora | oracle | rdbms | data base | mssql | cockroach | cassandra | relational | primary database
pool: connection pool | hikaripool | hikari | pool exhausted | pool drained | pool empty | too many clients | connection slots | max_connections | too many connections | pgbouncer | idle in transaction | connections used up | connection is not available | database handle | hands connection back | out of connections | no free connection | database session | leaked connections | connection limit | connection limits | all connections | max connections | free connections | connections leak | run out of connections | ran out of connections | no connections left | connection slot | sessions to the database | too many sessions | pooler | superuser | reserved for
lock: deadlock | deadlocks | lock | locks | locked rows | lock timeout | lock wait | blocked queries | blocking | wait for each other | waits for another | statement waits | sits there | sharelock | pg_blocking_pids | long transaction | every statement hangs
slow-query: slow query | slow queries | long running query | missing index | sequential scan | explain analyze | query plan | statement timeout
replication: replication | replica lag | replication lag | standby | read replica | replica behind | secondary | outdated rows | stale reads | read copy | wal | wal segment | walreceiver | replication slot | seconds behind | follower | behind primary | old rows | stale data
failover: failover | fail over | promote | promotion | primary down | split brain | switchover | new primary | master
corruption: corrupt | corrupted | corruption | checksum | invalid page | data loss
cache: redis | memcached | cache | maxmemory | ttl | evicted keys | keys evicted | drops keys | bgsave | noeviction
session: session | sessions | logged out | log in again | log in anew | signed out | sign in again | cart | basket | shopping cart
kafka: kafka | topic | partition | partitions | offset | offsets | consumer group | rebalance | rebalanced | rebalancing | broker | zookeeper | isr | under replicated | stream | event stream | producers
lag: consumer lag | lag | backlog | behind | falls behind | cannot keep up | not keep up | readers | consumer | consumers | too slowly | hours after | arrive late | processed late | out of step
queue: queue | queues | rabbitmq | rabbit | sqs | amqp | messages pile up | piling up | piles up | pile up | messages ready | unacked | dead letter | celery | worker takes | broker | message | messages | background jobs | no consumers
search: elasticsearch | elastic | opensearch | shard | shards | search cluster | cluster red | cluster yellow | index | indices | full text | full text search | lucene | unassigned
object-store: s3 | bucket | object storage | blob | gcs | minio | putobject
gc: garbage collection | garbage collector | gc | stop the world | pause full | gc overhead | pauses | freezes for seconds | jvm | java | metaspace
threads: thread pool | threads exhausted | thread starvation | blocked threads | event loop
dependency: dependency | upstream service | backend down | other service | downstream | needs another service | depends on | dependency down | backend service down | service it needs | other service is down | another service | remote service | upstream is down | cannot reach database | database is down | database down | database unreachable | cannot reach the database | backend unreachable | behind it is down
warehouse: warehouse | data warehouse | etl | dag | airflow | spark | report late
`;
