using SkiaSharp;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Animations;

/// <summary>Figures one after another, without end, in one picture: a GIF, or an animated WebP, which is smaller and has all colours.</summary>
public static class Animation
{
    // Of a lossy WebP, 0…100: lettering stays clean, and a frame is half of what it is without loss.
    private const float Quality = 80;

    /// <summary>The endings of the files that <see cref="Save"/> writes.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".webp", ".gif"];

    /// <summary>Draws the figures one at a time and writes the animation, whole or not at all.</summary>
    /// <param name="path">Ends in one of <see cref="Extensions"/>.</param>
    /// <param name="figures">At least one; all of one size.</param>
    /// <param name="width">Pixels; null for the width that the figures' panels ask for.</param>
    /// <param name="framesPerSecond">Above 0; at most 50, more than which few viewers show.</param>
    /// <returns>The number of frames.</returns>
    /// <exception cref="InvalidInputException">The figures differ in size.</exception>
    public static int Save(string path, IEnumerable<Figure> figures, int? width, double framesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(figures);
        var isGif = Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase);
        var count = 0;
        AtomicFile.Write(path, aside =>
        {
            using var images = figures.Select(figure => figure.Draw(width)).GetEnumerator();
            if (!images.MoveNext())
            {
                throw new ArgumentException("an animation needs a figure", nameof(figures));
            }

            var (all, frames) = (new SKSizeI(images.Current.Width, images.Current.Height), Frames(images));
            using var file = File.Create(aside);
            if (isGif)
            {
                AnimatedGif.Write(file, frames, all.Width, all.Height, (int)Math.Round(100 / framesPerSecond));
            }
            else
            {
                AnimatedWebp.Write(file, frames, all.Width, all.Height, (int)Math.Round(1000 / framesPerSecond));
            }
        });
        return count;

        IEnumerable<byte[]> Frames(IEnumerator<SKImage> images)
        {
            SKSizeI? size = null;
            do
            {
                using var image = images.Current;
                var drawn = new SKSizeI(image.Width, image.Height);
                count++;
                if (drawn != (size ??= drawn))
                {
                    throw new InvalidInputException($"the frames of an animation must be alike; one is {size.Value.Width} by {size.Value.Height} pixels, number {count} {drawn.Width} by {drawn.Height}");
                }

                yield return isGif ? Gif(image) : Webp(image);
            }
            while (images.MoveNext());
        }
    }

    private static byte[] Gif(SKImage image)
    {
        using var pixels = image.PeekPixels();
        return AnimatedGif.Frame(pixels.GetPixelSpan(), image.Width, image.Height);
    }

    private static byte[] Webp(SKImage image)
    {
        using var pixels = image.PeekPixels();
        using var encoded = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality)) ?? throw new InvalidOperationException("Skia could not encode a frame as WebP");
        return encoded.ToArray();
    }
}
