"""Starts a function and answers how long it took to ask for its first event, without coldgate: spawn, accept, read, in Python."""
import os
import signal
import socket
import sys
import time

program, root, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
for _ in range(rounds):
    server = socket.create_server(("127.0.0.1", 0))
    address = "127.0.0.1:%d" % server.getsockname()[1]
    environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": "g",
        "AWS_LAMBDA_LOG_STREAM_NAME": "s",
        "AWS_REGION": "us-east-1",
        "TOKIO_WORKER_THREADS": "2",
        "LD_LIBRARY_PATH": root + ":" + root + "/lib",
        "AWS_LAMBDA_RUNTIME_API": address,
    }
    null = os.open(os.devnull, os.O_RDWR)
    streams = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
    pid = os.posix_spawn(program, [program], environment, file_actions=streams)
    started = time.perf_counter()
    connection, _ = server.accept()
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536)
    print((time.perf_counter() - started) * 1000)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for one in (null,):
        os.close(one)
    connection.close()
    server.close()
