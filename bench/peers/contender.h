/*
 * What the contenders in C share: they read the problem file, and answer questions from stdin on stdout. problem.ts shows the layout of the
 * file. Each is one program, of which this file is a part: it has functions, not declarations.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEARNING_RATE 0.1f
#define MAX_LAYERS 16

/* The data, and the file, which goes on with weights (units, inputs) and biases of each layer. */
typedef struct {
  unsigned layers, widths[MAX_LAYERS], samples, inputs_of_sample, outputs;
  float *inputs, *targets;
  FILE *file;
} Problem;

static void fail(const char *what) {
  fprintf(stderr, "contender: %s\n", what);
  exit(1);
}

static float *read_floats(FILE *file, size_t count) {
  float *values = malloc(count * sizeof(float));
  if (values == NULL || fread(values, sizeof(float), count, file) != count) fail("the problem file ends too early");
  return values;
}

static Problem read_problem(const char *name) {
  Problem problem;
  problem.file = fopen(name, "rb");
  if (problem.file == NULL || fread(&problem.layers, 4, 1, problem.file) != 1 || problem.layers > MAX_LAYERS)
    fail("no problem file");
  if (fread(problem.widths, 4, problem.layers, problem.file) != problem.layers) fail("no widths");
  if (fread(&problem.samples, 4, 1, problem.file) != 1) fail("no samples");
  problem.inputs_of_sample = problem.widths[0];
  problem.outputs = problem.widths[problem.layers - 1];
  problem.inputs = read_floats(problem.file, (size_t)problem.samples * problem.inputs_of_sample);
  problem.targets = read_floats(problem.file, (size_t)problem.samples * problem.outputs);
  return problem;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/* An epoch of steps of so many samples. Returns the mean of the losses before them. */
static double train(unsigned batch);
/* Runs so many rows from number `row` on, and returns their outputs, which hold until the next call. */
static const float *predict(unsigned row, unsigned rows);

static void answer_training(const Problem *problem, unsigned batch, double seconds) {
  if (seconds == 0) {
    double first = train(batch);
    printf("[%.9g,%.9g]\n", first, train(batch));
    return;
  }
  double start = now(), elapsed, samples = 0;
  do {
    train(batch);
    samples += problem->samples;
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", samples / elapsed);
}

/* Rows between two readings of the clock: reading it takes as long as a call of the smallest network. */
#define ROWS_OF_READING 256

/* `rows` of a call divide the samples, and ROWS_OF_READING. */
static void answer_prediction(const Problem *problem, unsigned rows, double seconds) {
  if (seconds == 0) {
    for (unsigned row = 0; row < problem->samples; row += rows) {
      const float *outputs = predict(row, rows);
      for (unsigned o = 0; o < rows * problem->outputs; o++) printf("%c%.9g", row + o == 0 ? '[' : ',', outputs[o]);
    }
    printf("]\n");
    return;
  }
  double start = now(), elapsed, done = 0;
  unsigned row = 0;
  do {
    for (unsigned count = 0; count < ROWS_OF_READING; count += rows) {
      predict(row, rows);
      row = row + rows == problem->samples ? 0 : row + rows;
    }
    done += ROWS_OF_READING;
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", done / elapsed);
}

/* Answers until stdin ends: "turn <seconds>" asks for a rate, all else for the result. */
static void serve(const Problem *problem, int is_training, unsigned rows) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double seconds = strncmp(line, "turn ", 5) == 0 ? atof(line + 5) : 0;
    if (is_training) answer_training(problem, rows, seconds);
    else answer_prediction(problem, rows, seconds);
    fflush(stdout);
  }
}
