package storage_test

import (
	"fmt"
	"testing"
	"time"

	"vane"
	"vane/storage/storagetest"
)

// BenchmarkPulses reads what a detection reads, all five dimensions, with more and more
// posts in its window: that is what grows first when there are many posts.
func BenchmarkPulses(b *testing.B) {
	for _, batches := range []int{4, 16} {
		b.Run(fmt.Sprint(batches*batchSize), func(b *testing.B) {
			s := storagetest.New(b)
			for seed := range batches {
				if err := s.Insert(b.Context(), month(batchSize, uint64(seed))); err != nil {
					b.Fatal(err)
				}
			}
			var cpu []float64
			nodes := 0
			b.ReportAllocs()
			for b.Loop() {
				before := engineCPU(b, s)
				nodes = 0
				for _, by := range []vane.Dimension{vane.ByTag, vane.ByDomain, vane.ByBrand, vane.ByRegion, vane.ByChannel} {
					err := s.Pulses(b.Context(), vane.Window{From: noon.Add(-31 * 24 * time.Hour), To: noon.Add(24 * time.Hour)}, by, 5, func(vane.Pulse) error {
						nodes++
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				cpu = append(cpu, 1e6*(engineCPU(b, s)-before)/float64(batches*batchSize))
			}
			b.ReportMetric(median(cpu), "engine-µs/post")
			b.ReportMetric(float64(nodes), "nodes")
		})
	}
}
