// Sequences, from sample by sample to step by step and back.

#pragma STDC FP_CONTRACT OFF

#include "ss_recurrent.h"

#include <string.h>

static size_t time_of(const ss_positions *p, size_t step) {
  return p->reversed ? p->steps - 1 - step : step;
}

void ss_list_positions(ss_positions *p, const float *mask) {
  size_t lanes = p->lanes, count = 0;
  for (size_t step = 0; step < p->steps; step++) {
    size_t time = time_of(p, step);
    p->starts[step] = (uint32_t)count;
    for (size_t row = 0; row < p->rows; row++) {
      if (mask) {
        const float *own = mask + (row * p->steps + time) * lanes;
        bool any = false;
        for (size_t l = 0; l < lanes; l++) any |= own[l] != 0.0f;
        if (!any) continue;
        if (p->counts) memcpy(p->counts + count * lanes, own, lanes * sizeof *own);
      }
      p->batch_rows[count++] = (uint32_t)row;
    }
  }
  p->starts[p->steps] = (uint32_t)count;
}

void ss_take_positions(const ss_positions *p, size_t width, const float *from,
                       float *restrict to) {
  size_t lanes = p->lanes, floats = width * lanes;
  for (size_t step = 0; step < p->steps; step++) {
    size_t time = time_of(p, step);
    for (size_t n = p->starts[step]; n < p->starts[step + 1]; n++) {
      const float *values = from + (p->batch_rows[n] * p->steps + time) * floats;
      float *place = to + n * floats;
      if (!p->counts) {
        memcpy(place, values, floats * sizeof *to);
        continue;
      }
      const float *counts = p->counts + n * lanes;
      for (size_t e = 0; e < width; e++) {
        for (size_t l = 0; l < lanes; l++) {
          place[e * lanes + l] = counts[l] != 0.0f ? values[e * lanes + l] : -0.0f;
        }
      }
    }
  }
}

void ss_put_positions(const ss_positions *p, size_t width, bool adds, const float *from,
                      float *restrict to) {
  size_t lanes = p->lanes, floats = width * lanes;
  if (!adds) memset(to, 0, p->rows * p->steps * floats * sizeof *to);
  for (size_t step = 0; step < p->steps; step++) {
    size_t time = time_of(p, step);
    for (size_t n = p->starts[step]; n < p->starts[step + 1]; n++) {
      const float *values = from + n * floats;
      float *place = to + (p->batch_rows[n] * p->steps + time) * floats;
      const float *counts = p->counts ? p->counts + n * lanes : 0;
      if (!counts && !adds) {
        memcpy(place, values, floats * sizeof *to);
        continue;
      }
      for (size_t e = 0; e < width; e++) {
        for (size_t l = 0; l < lanes; l++) {
          if (counts && counts[l] == 0.0f) continue;
          float value = values[e * lanes + l];
          place[e * lanes + l] = adds ? place[e * lanes + l] + value : value;
        }
      }
    }
  }
}
