#!/usr/bin/env bash
# pgpool-II as a connection pool under load, which it resets with DISCARD ALL.
set -euo pipefail
. regress/shell/lib/common.sh
. regress/poolers/lib.sh

port=$(free_port)
write_file pgpool.conf <<CONF
backend_clustering_mode = 'raw'
listen_addresses = ''
port = $port
unix_socket_directories = '$work/sockets'
socket_dir = '$work/sockets'
pcp_port = $(free_port)
pcp_socket_dir = '$work/sockets'
pid_file_name = '$work/pooler.pid'
logdir = '$work'
backend_hostname0 = '$PGHOST'
backend_port0 = $PGPORT
backend_weight0 = 1
enable_pool_hba = off
num_init_children = 20
max_pool = 1
connection_cache = on
reset_query_list = 'ABORT; DISCARD ALL'
memory_cache_enabled = off
CONF
write_file pcp.conf </dev/null
write_file pool_hba.conf </dev/null

create_tviews
write_load
start_pooler "$port" pgpool -n -f "$work/pgpool.conf" -F "$work/pcp.conf" -a "$work/pool_hba.conf"
load pgpool "$port" simple
load pgpool "$port" extended
load pgpool "$port" prepared
through "$port" /usr/bin/python3 regress/poolers/pipeline.py
expect_true_views 'pgpool, pipeline'
