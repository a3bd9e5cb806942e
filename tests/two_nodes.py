"""A Ray cluster of two nodes in processes of this machine: `python -m tests.two_nodes FOLDER`.

Prints its address; on standard input `kill` kills the second node at once, and the end of it ends
all. Each node has one processor and 200 MB for objects.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

_PORTS: Final = (
    "metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port",
    "runtime_env_agent_port",
)  # fmt: skip
_NODE: Final = {"num_cpus": 1, "object_store_memory": 200 * 2**20, "include_dashboard": False}


def free_ports() -> dict[str, int]:
    """Return a free port for each helper of a node."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in _PORTS]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(_PORTS, sockets, strict=True)}


def wait_for_no_helper() -> None:
    """Tell a node the ports of its helpers before they start.

    It waits 15 seconds for each to write its port into a file, and dies
    (https://github.com/ray-project/ray/issues/65983); a busy machine takes longer.
    """
    from ray._private.node import Node

    start = Node.start_raylet

    def start_with_ports(node: Any, *arguments: Any, **options: Any) -> Any:
        for name in _PORTS:
            port = getattr(node._ray_params, name) or free_ports()[name]
            setattr(node._ray_params, name, port)
            Path(node.get_session_dir_path(), f"{name}_{node.node_id}").write_text(str(port))
        return start(node, *arguments, **options)

    Node.start_raylet = start_with_ports


def main() -> None:
    """Start, obey, end."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_raylet_start_wait_time_s"] = "300"  # noqa: SIM112 as Ray has it
    wait_for_no_helper()
    from ray.cluster_utils import Cluster

    head = {**_NODE, **free_ports(), "temp_dir": sys.argv[1]}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    second = cluster.add_node(**_NODE, **free_ports())
    sys.stdout.write(f"{cluster.address}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if line.strip() == "kill":
            raylet = second.all_processes["raylet"][0].process
            os.kill(raylet.pid, signal.SIGKILL)
            cluster.remove_node(second, allow_graceful=False)
    cluster.shutdown()


if __name__ == "__main__":
    main()
