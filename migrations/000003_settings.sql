-- What all replicas must agree on and nobody configures, such as the key of the redaction placeholders.
create table nightshift.settings (
  name text primary key,
  value text not null
);
