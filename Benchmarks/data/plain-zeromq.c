// The yardstick of Benchmarks/measure-data: plain ZeroMQ that sends the same bytes to as many receivers.
//
//   plain-zeromq send ADDRESS RECEIVERS BYTES CHUNK [KEYFILE]   prints the seconds that it took
//   plain-zeromq receive ADDRESS FILE|- BYTES [KEYFILE]         writes what it receives to FILE
//   plain-zeromq ask ADDRESS FRAMEFILE SECONDS                  sends a frame 50 times a second; prints how long
//                                                               answers took: median, 99th in 100, most, in ms
//
// The sender is a ROUTER, as SeedSweep's coordinator is; it hands the same memory to ZeroMQ again and again,
// without a copy, and waits where a receiver's queue is full. With a key's name both sides use CURVE, with keys
// of their own making: the public one is in the file of that name.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static void fail(const char *what) {
  fprintf(stderr, "plain-zeromq: %s: %s\n", what, zmq_strerror(zmq_errno()));
  exit(3);
}

static void unused(void *data, void *hint) { (void)data, (void)hint; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void set(void *socket, int option, int value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value)) fail("set an option");
}

static int send_file(void *context, char **arguments, int count) {
  int receivers = atoi(arguments[1]);
  size_t bytes = strtoull(arguments[2], NULL, 10), chunk = strtoull(arguments[3], NULL, 10);
  void *socket = zmq_socket(context, ZMQ_ROUTER);
  set(socket, ZMQ_SNDHWM, 8);
  set(socket, ZMQ_ROUTER_MANDATORY, 1);
  if (count > 4) {
    char public_key[41], secret_key[41];
    if (zmq_curve_keypair(public_key, secret_key)) fail("make keys");
    set(socket, ZMQ_CURVE_SERVER, 1);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, 40);
    FILE *file = fopen(arguments[4], "w");
    if (!file) fail("write the key");
    fputs(public_key, file);
    fclose(file);
  }
  if (zmq_bind(socket, arguments[0])) fail("listen");
  char *memory = malloc(chunk);
  for (size_t i = 0; i < chunk; i++) memory[i] = (char)(i * 2654435761u >> 13);
  struct { char id[256]; int length; size_t sent; } *peers = calloc((size_t)receivers, sizeof *peers);
  char ignored[16];
  for (int r = 0; r < receivers; r++) {
    peers[r].length = zmq_recv(socket, peers[r].id, sizeof peers[r].id, 0);
    zmq_recv(socket, ignored, sizeof ignored, 0);
  }
  double start = now();
  for (int open = receivers; open > 0;) {
    int progress = 0;
    for (int r = 0; r < receivers; r++) {
      if (peers[r].sent >= bytes) continue;
      if (zmq_send(socket, peers[r].id, (size_t)peers[r].length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        if (zmq_errno() == EAGAIN) continue;
        fail("send");
      }
      size_t size = bytes - peers[r].sent < chunk ? bytes - peers[r].sent : chunk;
      zmq_msg_t message;
      zmq_msg_init_data(&message, memory, size, unused, NULL);
      if (zmq_msg_send(&message, socket, 0) < 0) fail("send");
      peers[r].sent += size;
      progress = 1;
      if (peers[r].sent >= bytes) open--;
    }
    // All queues are full: half a millisecond is far less than they take to empty.
    if (!progress) usleep(500);
  }
  for (int r = 0; r < receivers; r++) {
    zmq_recv(socket, ignored, sizeof ignored, 0);
    zmq_recv(socket, ignored, sizeof ignored, 0);
  }
  printf("%.3f\n", now() - start);
  return 0;
}

static int receive(void *context, char **arguments, int count) {
  size_t bytes = strtoull(arguments[2], NULL, 10);
  void *socket = zmq_socket(context, ZMQ_DEALER);
  set(socket, ZMQ_RCVHWM, 8);
  if (count > 3) {
    char public_key[41], secret_key[41], server_key[41] = "";
    FILE *file = fopen(arguments[3], "r");
    if (!file || fread(server_key, 1, 40, file) != 40) fail("read the key");
    fclose(file);
    if (zmq_curve_keypair(public_key, secret_key)) fail("make keys");
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, 40);
  }
  if (zmq_connect(socket, arguments[0])) fail("connect");
  int file = -1;
  if (strcmp(arguments[1], "-")) {
    file = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) fail("open the file");
  }
  zmq_send(socket, "ready", 5, 0);
  size_t received = 0;
  while (received < bytes) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, socket, 0) < 0) fail("receive");
    size_t size = zmq_msg_size(&message);
    if (file >= 0 && write(file, zmq_msg_data(&message), size) != (ssize_t)size) fail("write");
    received += size;
    zmq_msg_close(&message);
  }
  zmq_send(socket, "done", 4, 0);
  zmq_close(socket);
  return 0;
}

static int by_size(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static int ask(void *context, char **arguments) {
  char frame[4096];
  FILE *file = fopen(arguments[1], "r");
  if (!file) fail("read the frame");
  size_t size = fread(frame, 1, sizeof frame, file);
  fclose(file);
  void *socket = zmq_socket(context, ZMQ_DEALER);
  if (zmq_connect(socket, arguments[0])) fail("connect");
  int most = (int)(50 * atof(arguments[2])) + 1, count = 0;
  double *times = calloc((size_t)most, sizeof *times);
  for (double end = now() + atof(arguments[2]); now() < end && count < most;) {
    double start = now();
    if (zmq_send(socket, frame, size, 0) < 0) fail("send");
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, socket, 0) < 0) fail("receive");
    zmq_msg_close(&message);
    times[count++] = now() - start;
    usleep(20000);
  }
  qsort(times, (size_t)count, sizeof *times, by_size);
  printf("%.1f %.1f %.1f\n", 1e3 * times[count / 2], 1e3 * times[count * 99 / 100], 1e3 * times[count - 1]);
  return 0;
}

int main(int count, char **arguments) {
  void *context = zmq_ctx_new();
  if (count >= 6 && !strcmp(arguments[1], "send")) return send_file(context, arguments + 2, count - 2);
  if (count >= 5 && !strcmp(arguments[1], "receive")) {
    int status = receive(context, arguments + 2, count - 2);
    zmq_ctx_term(context);
    return status;
  }
  if (count == 5 && !strcmp(arguments[1], "ask")) return ask(context, arguments + 2);
  fprintf(stderr,
    "usage: plain-zeromq send ADDRESS RECEIVERS BYTES CHUNK [KEYFILE] | receive ADDRESS FILE|- BYTES [KEYFILE]"
    " | ask ADDRESS FRAMEFILE SECONDS\n");
  return 2;
}
